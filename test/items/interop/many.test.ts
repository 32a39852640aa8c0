import { afterEach, expect, test } from '@jest/globals'
import { Item, ItemDaemon, openStore, type ItemRequest } from '../../../lib/items/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'
import { startUnittest } from '../conformance/unittest-daemon.js'

/** `npm run soak` plays 160 and 100. */
const ROUNDS = Number(process.env['ITEM_ROUNDS'] ?? 1)
const BURSTS = Number(process.env['ITEM_BURSTS'] ?? 1)

const IN_FLIGHT = 512
const REQUESTS = 2000
const BURST = 20_000
const KEYS = 8

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** An item that notes what it was set to. */
class Noting extends Item<number> {
  readonly seen: number[] = []

  override async reqSet({ value }: ItemRequest): Promise<void> {
    // Some take longer: side by side they would not stay in order.
    for (let n = Number(value) % 3; n > 0; n--) await new Promise((resolve) => setImmediate(resolve))
    this.seen.push(value as number)
  }
}

class Counters extends ItemDaemon {
  override setup(): void {
    for (let n = 0; n < KEYS; n++) this.addItem(Noting, `n${n}`, { type: 'numeric' })
    this.addItem(Item, 'level', { type: 'numeric' })
  }
}

async function start() {
  const { daemon, rep } = await startUnittest({ items: {} }, new Counters('counters', 'main'))
  const esc = new Escapement()
  const home = temporary()
  const client = { esc, log: silentLogger, home, runtimeDirectory: home, broadcast: 'off' as const }
  const store = await openStore(`counters:127.0.0.1:${rep}`, client)
  cleanups.push(
    () => esc.close(),
    () => store.close(),
  )
  return { daemon, store }
}

test(`${ROUNDS} times ${REQUESTS} SETs, ${IN_FLIGHT} of them under way: all are carried out, those of each item in order`, async () => {
  const { daemon, store } = await start()
  for (let round = 0; round < ROUNDS; round++) {
    let sent = 0
    let answered = 0
    const send = async (): Promise<void> => {
      while (sent < REQUESTS) {
        const value = sent++
        expect(await store.set(`n${value % KEYS}`, value)).toBe(value)
        answered += 1
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, send))
    expect(answered).toBe(REQUESTS)
    for (let n = 0; n < KEYS; n++) {
      const { seen } = daemon.store.item(`n${n}`) as Item & { seen: number[] }
      expect(seen.splice(0)).toEqual(Array.from({ length: REQUESTS / KEYS }, (_, i) => i * KEYS + n))
    }
  }
}, 600_000)

test(`${BURSTS} bursts of ${BURST} publications: a client hears each, in order`, async () => {
  const { daemon, store } = await start()
  const heard: number[] = []
  let missed = 0
  let wake = (): void => undefined
  store.item('level').subscribe((value, _timeMs, about) => {
    heard.push(value as number)
    missed += about.missed
    if (heard.at(-1) === -1) wake()
  })
  const level = daemon.store.item('level')
  // A subscription that has not reached the daemon hears nothing: publish until one is heard.
  for (let n = 0; heard.length === 0; n++) {
    level.publish(n / 2, { repeat: true })
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (let burst = 0; burst < BURSTS; burst++) {
    const isOver = new Promise<void>((resolve) => (wake = resolve))
    heard.length = 0
    level.publish(-2)
    for (let n = 0; n < BURST; n++) level.publish(n)
    level.publish(-1)
    await isOver
    expect(missed).toBe(0)
    expect(heard.slice(heard.indexOf(-2))).toEqual([-2, ...Array.from({ length: BURST }, (_, n) => n), -1])
  }
}, 600_000)
