import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import type { WatchEvent } from '../../../lib/runner/host/job-run.js'
import { ASKS_MAX, type Ask, type Asks } from '../../../lib/runner/host/protocol.js'
import { Relay } from '../../../lib/runner/host/relay.js'
import { makeServices } from '../../support/job-host.js'

function start(given: Parameters<typeof makeServices>[0] = {}) {
  const said: object[] = []
  const relay = new Relay(makeServices(given).services, (message) => said.push(message))
  let id = 0
  const ask = async <M extends keyof Asks>(method: M, params: Asks[M]): Promise<void> => {
    relay.take({ type: 'ask', id: id++, method, params } as Ask)
    await turnOfNode()
  }
  return { relay, said, ask }
}

const noted =
  (notes: unknown[], name: string) =>
  (...args: unknown[]) =>
    Promise.resolve(void notes.push([name, ...args]))

test('each request goes to its service, and the answer to the job', async () => {
  const notes: unknown[] = []
  const { ask, said } = start({
    get: () => Promise.resolve(5),
    ...{ set: noted(notes, 'set'), delete: noted(notes, 'delete'), send: noted(notes, 'send') },
    ...{ setupDone: noted(notes, 'setupDone'), error: noted(notes, 'error') },
    call: (daemon, method, args) => Promise.resolve([daemon, method, ...args]),
  })
  await ask('get', { path: ['a'] })
  await ask('set', { path: ['a'], value: 1 })
  await ask('delete', { path: ['a'] })
  await ask('send', { path: ['a'], raw: 'x' })
  await ask('setupDone', {})
  await ask('error', { record: { severity: 1 } })
  await ask('call', { daemon: 'd', method: 'm', args: [1] })
  expect(notes).toEqual([
    ['set', ['a'], 1],
    ['delete', ['a']],
    ['send', ['a'], { raw: 'x' }],
    ['setupDone'],
    ['error', { severity: 1 }],
  ])
  expect(said).toEqual([
    { type: 'reply', id: 0, value: 5 },
    ...[1, 2, 3, 4, 5].map((id) => ({ type: 'reply', id })),
    { type: 'reply', id: 6, value: ['d', 'm', 1] },
  ])
})

test('a refusal reaches the job with name, code and message', async () => {
  const error = Object.assign(new RangeError('no right'), { code: 'EACCES' })
  const { ask, said } = start({ get: () => Promise.reject(error) })
  await ask('get', { path: ['a'] })
  await ask('delete', { path: ['a'] })
  expect(said).toEqual([
    { type: 'refusal', id: 0, error: { name: 'RangeError', message: 'no right', code: 'EACCES' } },
    { type: 'refusal', id: 1, error: { name: 'Error', message: 'not for this job' } },
  ])
})

test('a watch tells until it is cancelled, once, and all end with the job', async () => {
  const cancelled: string[] = []
  const tells = new Map<string, (event: WatchEvent) => void>()
  const { ask, said, relay } = start({
    watch: ([name = ''], _, tell) => {
      tells.set(name, tell)
      tell({ ready: true })
      return Promise.resolve({ cancel: () => cancelled.push(name) })
    },
    monitor: ([name = '']) => Promise.resolve({ cancel: () => cancelled.push(name) }),
  })
  const request = { fetch: true, minDepth: 0, maxDepth: 0 }
  await ask('watch', { path: ['a'], ...request })
  await ask('watch', { path: ['b'], ...request })
  await ask('monitor', { path: ['c'], raw: true })
  expect(said).toEqual([
    ...[0, 1].flatMap((id) => [
      { type: 'event', id, event: { ready: true } },
      { type: 'reply', id },
    ]),
    { type: 'reply', id: 2 },
  ])
  await ask('cancel', { of: 0 })
  await ask('cancel', { of: 0 })
  tells.get('a')?.({ ready: true })
  expect(said.slice(5)).toEqual([
    { type: 'reply', id: 3, value: true },
    { type: 'reply', id: 4, value: false },
  ])
  expect(cancelled).toEqual(['a'])
  relay.close()
  tells.get('b')?.({ ready: true })
  expect(cancelled).toEqual(['a', 'b', 'c'])
  expect(said).toHaveLength(7)
})

test('a watch that only begins when the job has ended is ended too', async () => {
  let begin: (watch: { cancel(): void }) => void = () => undefined
  const { ask, relay, said } = start({ watch: () => new Promise((resolve) => (begin = resolve)) })
  await ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: 0 })
  relay.close()
  let isCancelled = false
  begin({ cancel: () => (isCancelled = true) })
  await turnOfNode()
  expect([isCancelled, said]).toEqual([true, []])
})

test('more watches than a job may have are refused, and more requests at once end it', async () => {
  const { ask, said } = start({ watch: () => Promise.resolve({ cancel: () => undefined }) })
  for (let i = 0; i < 1000; i++) await ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: 0 })
  await ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: 0 })
  expect(said.at(-1)).toMatchObject({ type: 'refusal', error: { code: 'ERR_JOB_LIMIT' } })
  const { relay } = start({ get: () => new Promise(() => undefined) })
  const take = (id: number): void => relay.take({ type: 'ask', id, method: 'get', params: { path: ['a'] } })
  take(0)
  expect(() => take(0)).toThrow('asked more at once')
  for (let i = 1; i < ASKS_MAX; i++) take(i)
  expect(() => take(ASKS_MAX)).toThrow('asked more at once')
})

test('watches that were refused are none', async () => {
  const { ask, said } = start()
  for (let i = 0; i <= 1000; i++) await ask('watch', { path: ['a'], fetch: true, minDepth: 0, maxDepth: 0 })
  expect(said.at(-1)).toMatchObject({ type: 'refusal', error: { message: 'not for this job' } })
})
