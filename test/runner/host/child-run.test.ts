import { jest } from '@jest/globals'
import { SystemClock, silentLogger } from '../../../lib/movement/index.js'
import { ChildRun, describeExit, notStarted } from '../../../lib/runner/host/child-run.js'
import type { RunOptions } from '../../../lib/runner/host/job-run.js'
import { JOB_LIMITS } from '../../../lib/runner/host/limits.js'
import { FROM_SOURCE, runScript } from '../../support/child.js'
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
  return runWith({}, program, ...args)
}

function runWith(more: Partial<RunOptions>, program: string, ...args: string[]) {
  const { services, lines } = makeServices()
  const start = { command: { program, args }, env: {}, cwd: '/', limits: JOB_LIMITS, pipes: [] }
  const identity = { job: 'a', node: 'n', attempt: 1, fence: 1 }
  const shell = new ShellRun(start, { identity, services, log: silentLogger, clock: new SystemClock(), ...more })
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

test('where no descriptor is free, an app and code are not started, and nothing is left of them', async () => {
  const { lines, errors } = await runScript(
    `import { spawnSync } from 'node:child_process'
     import { closeSync, mkdtempSync, openSync, readdirSync } from 'node:fs'
     import { tmpdir } from 'node:os'
     const tmp = (process.env.TMPDIR = mkdtempSync(tmpdir() + '/files-'))
     const { startApp } = await import(source + 'lib/runner/host/start-app.ts')
     const { startJob } = await import(source + 'lib/runner/host/start-job.ts')
     const { SystemClock, silentLogger } = await import(source + 'lib/movement/index.ts')
     const identity = { job: 'any/default a', node: 'n', attempt: 1, fence: 1 }
     const options = { identity, services: { log() {} }, log: silentLogger, clock: new SystemClock() }
     const code = { path: 'a', js: '', mode: 'async', vars: [], default: {}, requires: [], modules: {}, hash: '' }
     const starts = [() => startJob({ ...options, code, data: {} }), () => startApp({ ...options, app: 'x', config: {} })]
     for (const start of starts) {
       const run = start()
       run.confirm(60_000)
       await run.ended
     } // What they find out once is found out.
     spawnSync('prlimit', ['--pid', String(process.pid), '--nofile=64'])
     const fds = []
     try { for (;;) fds.push(openSync('/dev/null')) } catch {}
     for (let n = 0; n < 3; n++) closeSync(fds.pop())
     for (const start of starts) console.log((await start().ended).error.message)
     for (const fd of fds) closeSync(fd)
     console.log(readdirSync(tmp).length)`,
    FROM_SOURCE,
  )
  expect(errors).toBe('')
  const why = /^cannot run .*: too many files are open$/
  expect(lines).toEqual([expect.stringMatching(why), expect.stringMatching(why), '0'])
})

test('what is longer than a timer of Node is waited for to its end', async () => {
  let woken = 0
  let isWoken: () => void = () => undefined
  const often = new Promise<void>((resolve) => (isWoken = resolve))
  class Early extends SystemClock {
    override alarm(atMs: number, ring: () => void) {
      if (atMs - this.now() < 2 ** 31) return super.alarm(atMs, ring)
      if (woken++ < 3) return super.alarm(0, ring)
      isWoken()
      return super.alarm(atMs, ring)
    }
  }
  const { shell } = runWith({ deadlineMs: 2 ** 32, clock: new Early() }, '/bin/sleep', '1000')
  await often
  shell.stop('enough')
  expect(await shell.ended).toMatchObject({ outcome: 'cancelled', reason: 'enough' })
})

test('what may not be killed is told of, and the node lives', async () => {
  const told: string[] = []
  const log = { ...silentLogger, warn: (_: unknown, text?: string) => void told.push(text ?? '') }
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  })
  const { shell } = runWith({ log }, '/bin/true')
  try {
    expect(await shell.ended).toMatchObject({ exit: { code: 0 } })
  } finally {
    kill.mockRestore()
  }
  expect(told).toEqual([`what a job has started can't be sent SIGKILL: kill EPERM`])
})
