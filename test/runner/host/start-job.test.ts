import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { native } from 'inotify-ts/native'
import { FROM_SOURCE, startScript } from '../../support/child.js'
import { hosted, job } from '../../support/job-host.js'
import { formatPath } from '../../../lib/runner/path.js'
import type { WatchEvent } from '../../../lib/runner/host/job-run.js'

const success = (result: unknown) => ({ outcome: 'success', result, exit: { code: 0, signal: null } })
const failed = (error: object) => ({ outcome: 'failed', error })

test('code is given what it needs as parameters, and its own inputs', async () => {
  const shows = [
    job(`console.log('out'); console.error('err'); _log.warn({ a: 1 }, 'log'); return n + left + at.x + at.y`, {
      data: { n: 1, at: { y: 20 } },
      code: { vars: ['left', 'n'], default: { left: 2, n: 50, at: { x: 10, y: 0 } } },
    }),
    job('return missing', { code: { vars: ['missing'] } }),
    job(
      `return [_fence, _attempt, _cfg.a, _digits(0), _P('a.b'), _Path('a', 1), Object.keys(_cls).length > 10, typeof _client.get, signal.aborted]`,
      {
        config: { a: 5 },
      },
    ),
    job('return [_info, n]', { data: { n: 4 }, code: { mode: 'sync' } }),
    job(
      `return [(await import('a.b')).twice(2), _require('a.b').twice(3), (await import('node:path')).join('a', 'b')]`,
      {
        code: {
          requires: ['a.b'],
          modules: {
            'a.c': { js: 'export const two = 2', requires: [] },
            'a.b': { js: `import { two } from 'a.c'\nexport const twice = (n) => n * two`, requires: ['a.c'] },
          },
        },
      },
    ),
  ]
  const ends = await Promise.all(shows.map(({ ended }) => ended))
  expect(ends).toMatchObject([
    success(33),
    success(null),
    success([70, 3, 5, 0, ['a', 'b'], ['a', '1'], true, 'function', false]),
    success([null, 4]),
    success([4, 6, 'a/b']),
  ])
  expect([...(shows[0]?.lines ?? [])].sort()).toEqual(['info out', 'warn err', 'warn log { a: 1 }'])
})

test('what goes wrong names the path and the line that are stored', async () => {
  const shows = [
    job(`const n = 1\n  throw Object.assign(new RangeError('no'), { code: 'E', isRetryable: false })`),
    job('const = 1'),
    job('return 1', {
      code: { requires: ['a.b'], modules: { 'a.b': { js: '\n\nthrow new Error("here")', requires: [] } } },
    }),
    job('return 1', { code: { requires: ['a.b'], modules: { 'a.b': { js: 'import "c"', requires: [] } } } }),
    job('return NaN'),
    job('forgotten = 1'),
    job('setTimeout(() => { throw new Error("later") }); await new Promise(() => {})'),
    job('process.exit(7)'),
    job('return 1', { data: { 'a-b': 1 } }),
  ]
  const ends = await Promise.all(shows.map(({ ended }) => ended))
  expect(ends).toMatchObject([
    failed({
      name: 'RangeError',
      message: 'no',
      code: 'E',
      isRetryable: false,
      stack: expect.stringContaining('code:the.code:2:23') as string,
    }),
    failed({ name: 'SyntaxError', stack: expect.stringContaining('code:the.code:1') as string }),
    failed({ message: 'here', stack: expect.stringContaining('module:a.b:3:7') as string }),
    failed({ message: 'module:a.b may not import "c": it requires nothing' }),
    failed({ name: 'TypeError', message: expect.stringContaining("can't be said in JSON: it is NaN") as string }),
    failed({ name: 'ReferenceError' }),
    failed({ message: 'later' }),
    failed({ code: 'ERR_JOB_DIED', message: `the job's process ended before its code: it ended with code 7` }),
    failed({ name: 'TypeError', message: expect.stringContaining('a-b') as string }),
  ])
})

/** The acceptance scenario of the seed, with a timer of ms. */
const SCENARIO = `
  await _self.setupDone()
  await _self.watch(_P('test.4242'))
  for await (const msg of _info) {
    if (msg === null) return 'stalled'
    if (msg instanceof _cls.ChangeMsg && msg.value === 42) _self.timer(50)
    if (msg instanceof _cls.TimerMsg) return 42
  }`

test('what the code asks for comes from its runner, and what it watches reaches it', async () => {
  const asked: string[] = []
  let tell: (event: WatchEvent) => void = () => undefined
  const watching = new Promise<void>((resolve) => {
    const { ended } = job(SCENARIO, {
      services: {
        setupDone: () => Promise.resolve(void asked.push('setupDone')),
        watch: (path, request, its) => {
          asked.push(`watch ${formatPath(path)} ${JSON.stringify(request)}`)
          tell = its
          resolve()
          return Promise.resolve({ cancel: () => void asked.push('cancelled') })
        },
      },
    })
    void ended.then((end) => asked.push(JSON.stringify(end)))
    scenario = ended
  })
  await watching
  tell({ path: ['test', '4242'], value: 13, revision: 1 })
  tell({ ready: true })
  tell({ path: ['test', '4242'], revision: 2 })
  tell({ path: ['test', '4242'], value: 42, revision: 3 })
  expect(await scenario).toMatchObject(success(42))
  expect(asked.slice(0, 2)).toEqual(['setupDone', 'watch test.4242 {"fetch":true,"minDepth":0,"maxDepth":0}'])
  expect(asked).toContain('cancelled')
})

let scenario: Promise<unknown>

test('one that is stopped ends by itself, or is killed when its time is over, and counts as cancelled', async () => {
  const started = (js: string, limits = {}) => {
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    return {
      begun,
      ...job(js, {
        limits,
        services: {
          setupDone: () => {
            begin()
            return Promise.resolve()
          },
        },
      }),
    }
  }
  const shows = [
    started(
      `const aborted = new Promise((r) => signal.addEventListener('abort', r)); await _self.setupDone(); await aborted; _log.info(signal.reason.message); return 1`,
    ),
    started('await _self.setupDone(); for await (const msg of _info) if (msg === null) return 2'),
    started('await _self.setupDone(); await new Promise(() => setInterval(() => {}, 1000))', { graceMs: 50 }),
    started('await _self.setupDone(); for (;;);', { graceMs: 50 }),
  ]
  await Promise.all(shows.map(({ begun }) => begun))
  for (const { run } of shows) run.stop('the job has changed')
  const ends = await Promise.all(shows.map(({ ended }) => ended))
  for (const end of ends) expect(end).toMatchObject({ outcome: 'cancelled', reason: 'the job has changed' })
  expect(ends.map(({ exit }) => exit.signal)).toEqual([null, null, 'SIGKILL', 'SIGKILL'])
  expect(shows[0]?.lines).toEqual(['info the job has changed'])
  const itself = job(`_self.cancel('enough'); await new Promise(() => {})`)
  const killed = job('await new Promise(() => setInterval(() => {}, 1000))')
  killed.run.kill('the claim is lost')
  expect(await itself.ended).toMatchObject({ outcome: 'cancelled', reason: 'enough' })
  expect(await killed.ended).toMatchObject({
    outcome: 'cancelled',
    reason: 'the claim is lost',
    exit: { signal: 'SIGKILL' },
  })
  killed.run.stop('again') // Nothing happens to what has ended.
  killed.run.tell({ type: 'BrokenState' })
})

test('its group is told to it, and a claim that nobody confirms ends it', async () => {
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const setupDone = () => {
    begin()
    return Promise.resolve()
  }
  const told = job(
    `await _self.setupDone(); for await (const msg of _info) if (!(msg instanceof _cls.ReadyMsg)) return [msg.constructor.name, msg.msg]`,
    { services: { setupDone } },
  )
  const left = job('await new Promise(() => {})')
  left.run.confirm(1)
  await begun
  told.run.tell({ type: 'PartialState', msg: { size: 2 } })
  expect(await told.ended).toMatchObject(success(['PartialState', { size: 2 }]))
  expect(await left.ended).toMatchObject(native === null ? failed({ code: 'ERR_JOB_DIED' }) : { outcome: 'lost' })
})

test('code that loops is ended by the kernel when its claim is over', async () => {
  if (native === null) return // Its loop would have to.
  const { ended } = job('for (;;);', { leftMs: () => 300, limits: { heartbeatMs: 60_000 } })
  expect(await ended).toMatchObject({
    ...{ outcome: 'lost', reason: 'its node stood still for longer than its hold, so the kernel ended it' },
    exit: { signal: 'SIGKILL' },
  })
})

test('so it is where its node is stopped (SIGSTOP), and no sooner', async () => {
  if (native === null) return
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { child, ended } = startScript(
    `const { job } = await import(source + 'test/support/job-host.ts')
     const its = job(\`
       const { connect } = await import('node:net')
       const socket = connect(${port}, '127.0.0.1')
       await new Promise((resolve) => socket.write('loops', resolve))
       for (;;);\`, { leftMs: () => 2000, limits: { heartbeatMs: 60_000 } })
     const confirming = setInterval(() => its.run.confirm(2000), 100)
     const { outcome, reason } = await its.ended
     clearInterval(confirming)
     console.log(outcome, reason)`,
    FROM_SOURCE,
  )
  const [socket] = (await once(server, 'connection')) as [Socket]
  socket.on('error', () => undefined)
  await once(socket, 'data')
  const stopped = performance.now()
  child.kill('SIGSTOP')
  await once(socket, 'close')
  const afterMs = performance.now() - stopped
  child.kill('SIGCONT')
  server.close()
  expect(await ended).toMatchObject({ lines: [expect.stringMatching(/^lost its node stood still/)], errors: '' })
  expect(afterMs).toBeGreaterThan(1000)
})

test('a limit below what Node needs is told, and no process started', async () => {
  const { run, ended } = job('return 1', { limits: { openFiles: 3 } })
  expect(run.pid).toBeNull()
  run.stop('')
  run.kill('')
  expect(await ended).toMatchObject(failed({ name: 'RangeError', message: 'openFiles must be at least 32: it is 3' }))
  expect(hosted('').mode).toBe('async')
})
