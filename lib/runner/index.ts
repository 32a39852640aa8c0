/** The public door of the runner: stored code, and jobs placed on the nodes of a fleet. */
export { readClosure, readModuleClosure, type ClosureOptions, type ModuleClosure } from './code/closure.js'
export { readCodeEntry, type CodeEntry, type Mode } from './code/code-entry.js'
export { CodeRoot, type AddCodeOptions } from './code/code-root.js'
export type { CodeContext } from './code/code-context.js'
export { compileBody, stripped } from './code/compile.js'
export { CONTEXT_NAMES, isInputName, type Lang } from './code/entry-rules.js'
export { sourceName, type HostedCode, type HostedModule } from './code/hosted-code.js'
export { inputsOf } from './code/inputs.js'
export type { Version } from './code/code-mirror.js'
export { ModuleChecker } from './code/module-checker.js'
export { readModuleEntry, type ModuleEntry } from './code/module-entry.js'
export type { Namespace } from './code/module-loader.js'
export { ModuleRoot, type AddModuleOptions } from './code/module-root.js'
export type { CallOptions, Procedure } from './code/procedure.js'
export type { RootOptions } from './code/root.js'
export { checkSignature, signatureOf, signerOf, type Signature } from './code/signature.js'
export { removeCode, removeModule, storeCode, storeModule, usersOf } from './code/store.js'
export { RunnerError, type RunnerErrorCode } from './errors.js'
export { Keys } from './keys.js'
export { formatPath, parsePath, pathOfSegments, segmentsOf, type Path } from './path.js'
export type {
  Cancellable,
  JobEnd,
  JobError,
  JobErrorRecord,
  JobIdentity,
  JobRun,
  JobServices,
  RunnerMessage,
  StartJobOptions,
  TopicEvent,
  WatchEvent,
  WatchRequest,
} from './host/job-run.js'
export { JOB_LIMITS } from './host/limits.js'
export { startApp, type StartAppOptions } from './host/start-app.js'
export { startJob } from './host/start-job.js'
export { findTools, type Tools } from './host/tools.js'
export { CLOCK_SKEW_S, decide, foresee, type Decision, type Reason } from './job/decide.js'
export { JobStore, type JobGroup, type StoredJob, type StoredState } from './job/job-store.js'
export { readJobEntry, type JobEntry, type JobLimits } from './job/job-entry.js'
export { DEFAULT_GROUP, describeJob, KINDS, type JobId, type Kind } from './job/job-id.js'
export { NEVER_RAN, readJobState, type Exit, type JobState, type Outcome } from './job/job-state.js'
export { retryWait } from './job/retry-wait.js'
export { followLog, readLog, type LogLine } from './node/attempt-log.js'
export { Fence, type Claim } from './node/fence.js'
export { readGroupEntry, type GroupEntry } from './node/group-entry.js'
export { readHistory, type AttemptRecord } from './node/history.js'
export { DaemonCalls } from './node/daemon-calls.js'
export { makeNode, type MakeNodeOptions } from './node/make-node.js'
export { NodeDaemon, storeOf, type RunningJob } from './node/node-daemon.js'
export { Node, type NodeOptions } from './node/node.js'
export { NODE_DEFAULTS, nodeBaseConfig, type NodeSettings } from './node/node-config.js'
export { hasLabels, type Member } from './node/placement.js'
export type { Started, Starter, StartRequest } from './node/starter.js'
export { viewGroup, type GroupView } from './node/group-view.js'
export { ABOUT_TO_START, whyNot } from './node/why-not.js'
export type { ErrorDetail } from './records/error-detail.js'
export { errorPath, type ErrorRecord, type Severity } from './records/error-record.js'
export { ErrorRecords, type ErrorQuery, type ErrorRecordsOptions, type ErrorReport } from './records/error-records.js'
