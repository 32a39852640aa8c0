// A daemon in Python that knows nothing of ours (daemon.py), as our client has it.
import { afterEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openStore, type Item } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'

const PYTHON = '/usr/bin/python3'
const hasPython = existsSync('/usr/lib/python3/dist-packages/zmq/__init__.py')

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function startPython(rep = 0, pub = 0) {
  const script = fileURLToPath(new URL('./daemon.py', import.meta.url))
  const child = spawn(PYTHON, [script, String(rep), String(pub)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  cleanups.push(kill)
  const ports = (await line()) as [number, number]
  const tell = async (...command: unknown[]): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(command)}\n`)
    return await line()
  }
  return { ports, tell, kill }
}

async function start() {
  const daemon = await startPython()
  const dir = temporary()
  const esc = new Escapement()
  const usual = { esc, log: silentLogger, home: dir, runtimeDirectory: dir, broadcast: 'off' as const, ackMs: 15_000 }
  const store = await openStore(`plant:127.0.0.1:${daemon.ports[0]}`, { ...usual, retryMs: 20, settleMs: 50 })
  cleanups.push(
    () => esc.close(),
    () => store.close(),
  )
  const level = store.item('level')
  level.subscribe(() => undefined) // It is followed as long as somebody listens.
  return { ...daemon, store, level }
}

/** Resolves once an item hears a value. */
function hears(item: Item, wanted: unknown): Promise<{ missed: number }> {
  return new Promise((resolve) => {
    const stop = item.subscribe(
      (value, _timeMs, { missed }) => {
        if (value !== wanted) return
        resolve({ missed })
        stop()
      },
      { prime: true },
    )
  })
}

// What isn't installed is told by `npm run verify`, which leaves nothing out where CI is set.
if (hasPython) {
  test('it is read, set and looked at anew, whatever the order of its ACKs and REPs', async () => {
    const { store, level, tell } = await start()
    expect(store.items.map(({ key }) => key).sort()).toEqual(['broken', 'clear', 'count', 'level', 'mode', 'slow'])
    expect(store.daemons[0]?.block.hash).toBe(154987922404031534025949415833612942143n)
    expect([await level.get(), level.options.units, level.format(1.5)]).toEqual([1.5, 'm', '1.5'])
    expect(await store.item('count').get()).toBe(12345678901234567890123n)
    expect(await store.item('clear').get()).toBeNull()
    expect(await store.item('mode').set('off')).toBe(0)
    expect(await store.item('mode').get({ refresh: true })).toBe(0)
    expect(await store.item('slow').get({ refresh: true })).toBe(7)
    await expect(store.item('slow').get({ refresh: true, deadlineMs: 50 })).rejects.toMatchObject({
      code: 'ERR_DEADLINE',
    })
    await expect(store.item('broken').set(1)).rejects.toMatchObject({ name: 'RuntimeError', message: 'it is broken' })
    await store
      .reach()
      .set('broken', 1, { wait: false })
      .catch(() => undefined)
    expect(await level.set(3)).toBe(3)
    expect(await tell('nothing')).toEqual({ errors: 1 }) // One that nobody wanted to hear.
  })

  test('its publications are heard, those of no use passed over, and one without a time has that of now', async () => {
    const { level, tell } = await start()
    const isHeard = hears(level, 0)
    // Nobody says when a subscription has reached it.
    for (let n = -20; level.value !== 0; n = Math.min(n + 1, 0)) await tell('set', 'level', n)
    expect(await isHeard).toEqual({ missed: 0 })
    await Promise.all([hears(level, 4), tell('set', 'level', 4)])
    await tell('malformed', 'level')
    const before = Date.now() / 1000
    const [{ missed }] = await Promise.all([hears(level, 5), tell('timeless', 'level', 5)])
    expect(missed).toBe(0)
    expect(level.time).toBeGreaterThanOrEqual(Math.floor(before))
    expect(level.state).toBe('live')
  })

  test('its items are stale when it goes, and follow it again when it is back', async () => {
    const { store, level, ports, kill } = await start()
    await hears(level, 1.5)
    expect(level.state).toBe('live')
    const next = (wanted: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (store.reach().state !== wanted) return
          resolve()
          stop()
        }
        const stop = store.reach().onState(look)
        look()
      })
    await kill()
    await next('lost')
    expect([level.state, level.value]).toEqual(['stale', 1.5])
    const { tell } = await startPython(...ports)
    await next('connected')
    const isHeard = hears(level, 9)
    while (level.value !== 9) await tell('set', 'level', 9)
    await isHeard
    expect(level.state).toBe('live')
  })
}

test('what the tests need is there, or is told', () => {
  expect(hasPython || process.env.CI !== 'true').toBe(true)
})
