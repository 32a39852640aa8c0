/** Jobs that run in real children, with services that tests look at. */
import { SystemClock, silentLogger } from '../../lib/movement/index.js'
import type { HostedCode } from '../../lib/runner/code/hosted-code.js'
import type { JobServices, StartJobOptions } from '../../lib/runner/host/job-run.js'
import { startJob } from '../../lib/runner/host/start-job.js'

/** Services that refuse everything but the log, with what is given instead; and the lines of the log. */
export function makeServices(given: Partial<JobServices> = {}): { services: JobServices; lines: string[] } {
  const lines: string[] = []
  const refuse = (): Promise<never> => Promise.reject(new Error('not for this job'))
  const services: JobServices = {
    ...{ get: refuse, set: refuse, delete: refuse, watch: refuse, monitor: refuse, send: refuse },
    ...{ setupDone: refuse, error: refuse, call: refuse },
    log: (level, text) => void lines.push(`${level} ${text}`),
    ...given,
  }
  return { services, lines }
}

/** Code that is ready to run. */
export function hosted(js: string, more: Partial<HostedCode> = {}): HostedCode {
  return {
    ...{ path: 'the.code', js, mode: 'async', vars: [], default: {}, requires: [], modules: {}, hash: '' },
    ...more,
  }
}

/** Start a job of some code, as a node does: its claim is good for a minute. */
export function job(
  js: string,
  {
    services: given = {},
    code = {},
    ...more
  }: { services?: Partial<JobServices>; code?: Partial<HostedCode> } & Partial<
    Omit<StartJobOptions, 'services' | 'code'>
  > = {},
) {
  const { services, lines } = makeServices(given)
  const run = startJob({
    identity: { job: 'any/default a', node: 'n1', attempt: 3, fence: 70 },
    ...{
      code: hosted(js, code),
      data: {},
      services,
      log: silentLogger,
      clock: new SystemClock(),
      leftMs: () => 60_000,
      ...more,
    },
  })
  return { run, lines, ended: run.ended }
}
