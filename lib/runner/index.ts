/** The public door of the runner: stored code, and jobs placed on the nodes of a fleet. */
export { RunnerError, type RunnerErrorCode } from './errors.js'
export { Keys } from './keys.js'
export { formatPath, parsePath, pathOfSegments, segmentsOf, type Path } from './path.js'
export { decide, type Decision, type Reason } from './job/decide.js'
export { readJobEntry, type JobEntry, type JobLimits } from './job/job-entry.js'
export { DEFAULT_GROUP, describeJob, type JobId, type Kind } from './job/job-id.js'
export { NEVER_RAN, readJobState, type Exit, type JobState, type Outcome } from './job/job-state.js'
export { retryWait } from './job/retry-wait.js'
