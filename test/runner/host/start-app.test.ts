import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, SystemClock, silentLogger } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { startApp, type StartAppOptions } from '../../../lib/runner/host/start-app.js'
import { makeServices } from '../../support/job-host.js'

// It tells what it was given, and then waits for its end, or ends as its settings say.
const APP = `
import { spawn } from 'node:child_process'
import { app } from 'deadbeat/app'
import { Supply } from 'deadbeat'
class Waiting extends Supply {
  start() {
    console.log('runs', this.options.text, Object.keys(process.env).some((name) => /JOB_SECRET|PERMIT/.test(name)))
    this.timer = this.train.esc.every(60_000, () => {})
  }
  finish() {
    this.train.esc.cancel(this.timer)
  }
}
export default app({
  name: 'waiting',
  doc: 'Waits.',
  config: {
    its: {
      text: { doc: 'A text.', format: 'text', default: 'nothing' },
      path: { doc: 'A path.', format: 'path', default: '/' },
      code: { doc: 'The code that it ends with; 0: it waits.', format: 'nat', default: 0 },
    },
  },
  build(train, { its }) {
    if (its.code > 0) {
      console.log('left behind', spawn('sleep', ['1000'], { stdio: 'inherit' }).pid)
      process.exit(its.code)
    }
    train.line(new Waiting(train, its), () => null)
  },
})`

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deadbeat-app-'))
  writeFileSync(join(folder, 'waiting.mjs'), APP)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function start(options: Partial<StartAppOptions> = {}) {
  let said: () => void = () => undefined
  const isSaid = new Promise<void>((resolve) => (said = resolve))
  const { services, lines } = makeServices()
  const run = startApp({
    identity: { job: 'any/default a', node: 'n1', attempt: 1, fence: 1 },
    app: join(folder, 'waiting.mjs'),
    stateRoot: join(folder, 'state'),
    runtimeRoot: join(folder, 'run'),
    services: {
      ...services,
      log: (level, text) => {
        services.log(level, text)
        if (text.startsWith('runs ')) said()
      },
    },
    ...{ log: silentLogger, clock: new SystemClock() },
    ...options,
  })
  run.confirm(60_000)
  return { run, lines, isSaid, ended: run.ended }
}

test('an app runs with its configuration until it is stopped, beside others, and its output is its log', async () => {
  process.env['JOB_SECRET'] = 'x'
  const { run, lines, isSaid, ended } = start({ config: { its: { text: 'given' } } })
  const other = start({ identity: { job: 'any/default b', node: 'n1', attempt: 1, fence: 2 } })
  await Promise.race([Promise.all([isSaid, other.isSaid]), ended, other.ended])
  delete process.env['JOB_SECRET']
  // The socket is made before the train starts.
  const places = readdirSync(join(folder, 'run')).map((name) => readdirSync(join(folder, 'run', name)))
  expect(places).toEqual([['waiting.sock'], ['waiting.sock']])
  other.run.stop('enough')
  await other.ended
  run.tell({ type: 'CompleteState' })
  run.stop('the job has changed')
  expect([await ended, lines]).toMatchObject([
    { outcome: 'cancelled', reason: 'the job has changed', exit: { signal: null } },
    expect.arrayContaining([
      'info runs given false',
      expect.stringMatching(/^info {"level":"info".*"msg":"stopped"/),
      expect.stringMatching(/^info deadbeat status .* --runtime-dir .*\/run\/any-default-a-[0-9a-f]{12} asks/),
    ]),
  ])
  expect(readdirSync(join(folder, 'run'))).toEqual([])
})

test('an app that hears nothing of its node ends itself, in order, and is lost', async () => {
  // Nothing is renewed, as the clock of its node stands still. So it does when the app has not been loaded by then.
  const { ended, lines } = start({ clock: new ManualClock() })
  const end = await ended
  expect(end).toMatchObject({ outcome: 'lost', reason: 'its node stood still for too long, so it ended itself' })
  expect([0, null]).toContain(end.exit.code)
  expect(lines.join()).toMatch(end.exit.code === 0 ? /"signal":"SIGTERM","msg":"stopping"/ : /./)
})

test('it lives no longer than the hold of its node, and what it starts is not told of that', async () => {
  const { run, isSaid, ended, lines } = start({ config: { its: { text: 'x' } } })
  await Promise.race([isSaid, ended])
  expect(lines).toContain('info runs x false')
  run.confirm(0)
  const reason = 'its node stood still for longer than its hold, so the kernel ended it'
  expect(await ended).toMatchObject({ outcome: 'lost', reason, exit: { signal: 'SIGKILL' } })
})

test('one that was killed while its node held it has failed', async () => {
  const { run, isSaid, ended } = start()
  await Promise.race([isSaid, ended])
  process.kill(run.pid as number, 'SIGKILL')
  const message: unknown = expect.stringContaining('ended by SIGKILL, as when memory is short, or it stood still')
  expect(await ended).toMatchObject({ outcome: 'failed', error: { message }, exit: { signal: 'SIGKILL' } })
})

test('it does not go into the background, whatever its configuration says', async () => {
  const { run, isSaid, ended } = start({ config: { daemon: { detach: true } } })
  expect(await Promise.race([isSaid, ended])).toBeUndefined()
  run.stop('enough')
  expect(await ended).toMatchObject({ outcome: 'cancelled' })
})

test('its exit code is its outcome', async () => {
  const shows = [
    start({ config: { its: { code: 78 } } }),
    start({ config: { its: { code: 75 } } }),
    start({ config: { its: { path: 'x.json' } } }),
    start({ app: join(folder, 'nowhere.mjs') }),
    start({ tier: 'confined' }),
  ]
  const ends = await Promise.all(shows.map(({ ended }) => ended))
  expect(ends).toMatchObject([
    { outcome: 'failed', error: { code: 'ERR_JOB_DIED', isRetryable: false }, exit: { code: 78 } },
    {
      outcome: 'failed',
      error: { message: expect.stringContaining('it ended with code 75; deadbeat job log shows') as string },
    },
    { outcome: 'failed', error: { isRetryable: false }, exit: { code: 78 } },
    { outcome: 'failed' },
    { outcome: 'failed', error: { code: 'ERR_JOB_START' } },
  ])
  expect(shows[2]?.lines.join()).toContain('its.path must be a whole path, as it runs in /: it is "x.json"')
  expect(ends[1]).not.toHaveProperty('error.isRetryable')
})

test('what it has started and left behind ends with it', async () => {
  const { ended, lines } = start({ config: { its: { code: 75 } } })
  await ended
  const pid = /left behind (\d+)/.exec(lines.join('\n'))?.[1]
  expect(pid).toBeDefined()
  // The kernel was told already, and takes a moment; it would go on for long by itself.
  while (!isOver(String(pid))) await turnOfNode()
})

function isOver(pid: string): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}
