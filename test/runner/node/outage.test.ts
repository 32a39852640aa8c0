/**
 * A fleet of processes whose etcd stands still, or is killed and restarted. In the suite one of each that needs no time but
 * that of a lease; by `npm run soak` each for shorter and for longer than a lease, with one node and with two.
 */
import { jest } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEtcd, type Etcd } from '../../support/etcd.js'
import { expectInOrder, startProcessFleet, type ProcessFleet } from './process-fleet.js'

const isSoak = process.env['FLEET_SOAK'] !== undefined
if (isSoak) jest.setTimeout(120_000)

/** etcd grants a lease of a second only if its members would elect a leader in less. */
const QUICK = { args: ['--heartbeat-interval', '10', '--election-timeout', '100'] }
const LOST = 'the hold of this node on its jobs is over'
/** A shorter outage than this fits into any lease of the soak, whenever it was confirmed last. */
const SHORT_MS = 1500

let etcd: Etcd
let fleet: ProcessFleet
afterEach(async () => {
  etcd.cont()
  await fleet.close()
  await etcd.kill()
})

async function start(names: readonly string[], ttlS: number): Promise<void> {
  etcd = await startEtcd(QUICK)
  fleet = await startProcessFleet(etcd.url.replace('http:', 'etcd:'), names, ttlS)
  await fleet.beat()
}

function standStill(): Promise<void> {
  etcd.stop()
  return Promise.resolve()
}

function goOn(): Promise<void> {
  etcd.cont()
  return Promise.resolve()
}

/** The job has not noticed. */
async function expectUntouched(): Promise<void> {
  const { fence, n } = fleet.beats.at(-1)!
  const later = await fleet.beat((beat) => beat.n > n + 5 || beat.fence !== fence)
  expect(later.fence).toBe(fence)
  expect(await fleet.state()).toMatchObject({ attempt: 1, outcome: null, backoff: 0, lost: 0 })
  expectInOrder(fleet.beats)
}

/** It was lost, runs again, and nobody calls it a failure. Answers after how long. */
async function expectAgain(sinceMs: number): Promise<number> {
  const { fence } = fleet.beats.at(-1)!
  await fleet.beat((beat) => beat.fence > fence)
  const tookMs = performance.now() - sinceMs
  const state = await fleet.state()
  expect(state).toMatchObject({ outcome: null, backoff: 0 })
  expect(state.node).not.toBeNull()
  // A busy machine may let a process end late; its writes are refused then, which is what counts.
  if (isSoak) expect(fleet.overlaps).toEqual([])
  for (let attempt = 1; attempt < state.attempt; attempt++) expect(await fleet.outcome(attempt)).toBe('lost')
  expectInOrder(fleet.beats)
  return tookMs
}

describe('a fleet whose etcd', () => {
  it('is killed and back before its lease is over, goes on as if nothing had happened', async () => {
    await start(['a'], 60)
    const waits = fleet.allSay('waits for the store')
    await etcd.kill()
    await waits
    await etcd.start()
    await expectUntouched()
  })

  it('stands still for longer than its lease, runs its job again as soon as it goes on', async () => {
    await start(['a', 'b'], 2)
    const lost = fleet.allSay(LOST)
    etcd.stop()
    await lost
    etcd.cont()
    await expectAgain(performance.now())
  })

  if (isSoak) {
    const TTL_S = 4
    describe.each([[['a']], [['a', 'b']]])('of nodes %j', (names) => {
      it('stands still for less than its lease, goes on', async () => {
        await start(names, TTL_S)
        etcd.stop()
        await sleep(SHORT_MS)
        etcd.cont()
        await expectUntouched()
      })

      it('is killed for less than its lease, goes on', async () => {
        await start(names, TTL_S)
        await etcd.kill()
        await sleep(SHORT_MS)
        await etcd.start()
        await expectUntouched()
      })

      const outages: [what: string, begin: () => Promise<void>, end: () => Promise<void>][] = [
        ['stands still', standStill, goOn],
        ['is killed', () => etcd.kill(), () => etcd.start()],
      ]
      it.each(outages)(
        '%s for longer than its lease, three times, runs its job again in time',
        async (what, begin, end) => {
          await start(names, TTL_S)
          const tookMs: number[] = []
          for (let outage = 0; outage < 3; outage++) {
            await fleet.beat()
            const lost = fleet.allSay(LOST)
            await begin()
            await lost
            await sleep(TTL_S * 500)
            await end()
            tookMs.push(await expectAgain(performance.now()))
          }
          process.stdout.write(
            `${names.length} nodes, etcd ${what}: again after ${tookMs.map(Math.round).join(', ')} ms\n`,
          )
          expect(Math.max(...tookMs)).toBeLessThan(TTL_S * 1000 + 1000)
        },
      )
    })
  }
})
