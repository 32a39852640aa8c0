// What its caller has given up is not carried out later, whatever kept the daemon from it: it was stopped, away, or slow.
import { afterEach, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Item, ItemDaemon, openStore, type RemoteStore } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { startScript } from '../../support/child.js'
import { RawClient } from '../../support/raw-client.js'
import { temporary } from '../../support/temporary.js'
import { startUnittest } from '../conformance/unittest-daemon.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Notes all that it is asked to do, and does nothing else for a while if it is told to. */
const DAEMON = (home: string, port: number): string => `
const { writeSync } = await import('node:fs')
const { Item, ItemDaemon } = await import(dist + 'lib/items/index.js')
const { Escapement, silentLogger: log } = await import(dist + 'lib/movement/index.js')
const done = []
class Late extends ItemDaemon {
  setup() {
    this.addItem(Item, 'level', { accept: (value) => void done.push('set ' + value) })
    this.addItem(Item, 'done', { compute: () => [...done] })
    this.store.methods.set('note', { doc: '', params: ['what'], call: ([what]) => void done.push('call ' + what) })
    this.store.methods.set('freeze', {
      doc: 'Do nothing else.',
      call: ([ms]) => {
        writeSync(1, 'frozen\\n')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
      },
    })
  }
}
const daemon = new Late('late')
await daemon.start({ esc: Escapement.instance, log, home: ${JSON.stringify(home)}, port: ${port}, pubPort: 0 })
console.log(daemon.ports.rep)
`

async function startChild(home = temporary(), at = 0) {
  const { child, ended } = startScript(DAEMON(home, at))
  cleanups.push(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<string> => String((await lines.next()).value)
  const port = Number(await line())
  const stop = async (): Promise<void> => {
    child.kill('SIGSTOP')
    const state = (): string => readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1] ?? ''
    while (!state().startsWith('T')) await new Promise(setImmediate)
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    expect((await ended).errors).toBe('')
  }
  /** What it has done, once all that it was sent before has been read, held for a moment as it is late, and is through. */
  const done = async (): Promise<unknown> => {
    const raw = new RawClient(port)
    const end = { value: 'end', time: Date.now() / 1000 - 1, deadline: 60 }
    await raw.send('a', 'end', 'SET', 'late.level', '', JSON.stringify(end))
    while ((await raw.next()).type !== 'REP'); // The ACK comes again, where somebody else has left.
    return (await raw.ask('GET', 'late.done')).payload['value']
  }
  return { home, port, line, stop, kill, done, go: () => child.kill('SIGCONT') }
}

async function open(name: string): Promise<RemoteStore> {
  const home = temporary()
  const esc = new Escapement()
  const client = { esc, log: silentLogger, home, runtimeDirectory: home, broadcast: 'off' as const, ackMs: 1000 }
  const store = await openStore(name, client)
  cleanups.push(
    () => esc.close(),
    () => store.close(),
  )
  return store
}

/** The codes with which they fail; null: one does not. */
const codesOf = (...asked: Promise<unknown>[]): Promise<unknown[]> =>
  Promise.all(
    asked.map((one) =>
      one.then(
        () => null,
        (error: unknown) => (error as { code?: unknown }).code,
      ),
    ),
  )

test('a daemon that was stopped, or busy with something else, does nothing of what was given up meanwhile', async () => {
  const daemon = await startChild()
  const store = await open(`late:127.0.0.1:${daemon.port}`)
  const { link } = store
  const short = { deadlineMs: 50 }
  await daemon.stop()
  expect(await codesOf(store.set('level', 'short', short), link!.call('note', ['short'], {}, short))).toEqual([
    'ERR_DEADLINE',
    'ERR_DEADLINE',
  ])
  daemon.go() // The connection is the same: that they were given up is told behind them.
  expect(await daemon.done()).toEqual(['set end'])
  link!.call('freeze', [200], {}, {}).catch(() => undefined)
  expect(await daemon.line()).toBe('frozen')
  expect(await codesOf(store.set('level', 'busy', short), link!.call('note', ['busy'], {}, short))).toEqual([
    'ERR_DEADLINE',
    'ERR_DEADLINE',
  ])
  expect(await daemon.done()).toEqual(['set end', 'set end'])
  await daemon.stop()
  const unheard = [
    store.set('level', 'unheard'),
    link!.call('note', ['unheard'], {}, {}),
    link!.call('note', ['once'], {}, { key: 'once', deadlineMs: 700 }),
  ]
  expect(await codesOf(...unheard)).toEqual(['ERR_NO_ACK', 'ERR_WIRE_LOST', 'ERR_DEADLINE'])
  daemon.go() // The connection has been closed.
  expect(await daemon.done()).toEqual(['set end', 'set end', 'set end'])
})

test('a daemon that was away and is back gets nothing of what was asked meanwhile', async () => {
  const { home, port, kill, line } = await startChild()
  const store = await open(`late:127.0.0.1:${port}`)
  const { link } = store
  const underWay = link!.call('freeze', [60_000], {}, {}) // Fails when the connection of requests is lost, be it the last.
  expect(await line()).toBe('frozen')
  const isLost = codesOf(underWay)
  await kill()
  expect(await isLost).toEqual(['ERR_WIRE_LOST'])
  const asked = [
    store.set('level', 'short', { deadlineMs: 20 }),
    store.set('level', 'away'),
    link!.call('note', ['away'], {}, {}),
  ]
  expect(await codesOf(...asked)).toEqual(['ERR_DEADLINE', 'ERR_NO_ACK', 'ERR_NO_ACK'])
  const isBack = new Promise<void>((resolve) => link!.onState((state) => state === 'connected' && resolve()))
  const { done } = await startChild(home, port)
  await isBack
  await store.set('level', 'back')
  expect(await done()).toEqual(['set back', 'set end'])
})

test('a SET whose time was over before its turn came is not carried out when it comes', async () => {
  const done: unknown[] = []
  let release = (): void => undefined
  class Slow extends ItemDaemon {
    override setup(): void {
      this.addItem(Item, 'level', {
        accept: async (value) => {
          if (value === 'slow') await new Promise<void>((resolve) => (release = resolve))
          done.push(value)
          return undefined
        },
      })
    }
  }
  const { rep } = await startUnittest({ items: {} }, new Slow('slow', 'main'))
  const store = await open(`slow:127.0.0.1:${rep}`)
  const slow = store.set('level', 'slow')
  expect(await codesOf(store.set('level', 'late', { deadlineMs: 20 }))).toEqual(['ERR_DEADLINE'])
  await store.item('level').get({ refresh: true }) // What was sent before it has been read.
  release()
  await slow
  await store.set('level', 'last')
  expect(done).toEqual(['slow', 'last'])
})
