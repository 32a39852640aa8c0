import { SystemClock, silentLogger } from '../../../lib/movement/index.js'
import { ChildRun, describeExit, notStarted } from '../../../lib/runner/host/child-run.js'
import { JOB_LIMITS } from '../../../lib/runner/host/limits.js'
import { makeServices } from '../../support/job-host.js'

class ShellRun extends ChildRun {
  tell(): void {
    // A shell hears nothing.
  }
  confirm(): void {
    // Nor this.
  }
  protected askToEnd(): void {
    this.child.kill('SIGTERM')
  }
  protected outcomeOf({ why }: { readonly why: string }) {
    return { outcome: 'cancelled', reason: why } as const
  }
}

function run(program: string, ...args: string[]) {
  const { services, lines } = makeServices()
  const start = { command: { program, args }, env: {}, cwd: '/', limits: JOB_LIMITS, pipes: [] }
  const identity = { job: 'a', node: 'n', attempt: 1, fence: 1 }
  const shell = new ShellRun(start, { identity, services, log: silentLogger, clock: new SystemClock() })
  return { shell, lines }
}

test('everything that it wrote was read before it has ended', async () => {
  const { shell, lines } = run('/bin/sh', '-c', 'echo out; echo err >&2; kill -SEGV $$')
  expect(await shell.ended).toMatchObject({ exit: { code: null, signal: 'SIGSEGV' } })
  expect(lines.sort()).toEqual(['info out', 'warn err'])
})

test('what it has started is killed with it, and does not keep it from its end', async () => {
  const { shell, lines } = run('/bin/sh', '-c', 'sleep 1000 & echo $!; wait')
  await new Promise<void>((resolve) => {
    const look = (): void => (lines.length > 0 ? resolve() : void setImmediate(look))
    look()
  })
  shell.kill('enough')
  expect(await shell.ended).toMatchObject({ outcome: 'cancelled', reason: 'enough', exit: { signal: 'SIGKILL' } })
})

test('a program that is not there is an end like others', async () => {
  const { shell } = run('/nowhere/at-all')
  expect(shell.pid).toBeNull()
  expect(await shell.ended).toMatchObject({ outcome: 'failed', error: { code: 'ERR_JOB_START' } })
  expect(await notStarted(new Error('no room')).ended).toMatchObject({ error: { message: 'no room' } })
})

test('an exit is described with the limit that is likely behind it', () => {
  expect(describeExit(0, null, JOB_LIMITS)).toBe('it ended with code 0')
  expect(describeExit(null, 'SIGKILL', JOB_LIMITS)).toBe('it was ended by SIGKILL')
  expect(describeExit(null, 'SIGABRT', JOB_LIMITS)).toContain('limits.memoryBytes')
  expect(describeExit(null, 'SIGXCPU', JOB_LIMITS)).toContain('limits.cpuSeconds')
})
