import { silentLogger } from '../../../lib/movement/index.js'
import { Backend } from '../../../lib/kv/backend/backend.js'
import { Tenure, type TenureOptions } from '../../../lib/runner/node/tenure.js'
import { LinkedEngine, pass } from '../../kv/lease/kit.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

async function start(options: Partial<TenureOptions> = {}) {
  const clock = new ManualClock()
  const engine = new LinkedEngine(clock)
  const kv = new Backend(engine, { clock, log: silentLogger })
  const told: string[] = []
  const confirmed: number[] = []
  const tenure = new Tenure(kv, {
    ...{ log: silentLogger, ttlMs: 10_000, guardMs: 2000 },
    enter: () => Promise.resolve(),
    onHold: (hold) => told.push(`${clock.now()} ${hold}`),
    onConfirmed: (forMs) => confirmed.push(forMs),
    ...options,
  })
  await tenure.open()
  return { clock, engine, tenure, told, confirmed, pass: (ms: number) => pass(clock, ms) }
}

it('is shaky at half of its time without an answer, and over a guard before its end', async () => {
  const { engine, tenure, told, pass } = await start()
  await pass(60_000)
  expect([told, tenure.hold]).toEqual([['0 sure'], 'sure'])
  const sentMs = engine.sentMs.at(-1)!
  engine.link = 'silent'
  await pass(10_000)
  const [first, second] = told.slice(1).map((line) => line.split(' '))
  expect([first![1], second![1]]).toEqual(['shaky', 'over'])
  expect(Number(first![0]) - sentMs).toBeCloseTo(5000, 3)
  expect(Number(second![0]) - sentMs).toBeCloseTo(8000, 3)
  expect(() => tenure.lease()).toThrow(expect.objectContaining({ code: 'ERR_FENCED' }))
})

it('is sure again as soon as the store has answered in time', async () => {
  const { engine, told, tenure, pass } = await start()
  engine.link = 'down'
  await pass(6000)
  expect(tenure.hold).toBe('shaky')
  engine.heal()
  await pass(4000)
  expect(told.map((line) => line.split(' ')[1])).toEqual(['sure', 'shaky', 'sure'])
})

it('takes another lease when one was lost', async () => {
  const entered: unknown[] = []
  const enter = (lease: unknown) => {
    entered.push(lease)
    return Promise.resolve()
  }
  const { engine, told, tenure, pass } = await start({ enter })
  const first = tenure.lease()
  engine.link = 'down'
  await pass(15_000)
  expect(tenure.isAlive(first)).toBe(false)
  engine.heal()
  await pass(20_000)
  expect(told.map((line) => line.split(' ')[1])).toEqual(['sure', 'shaky', 'over', 'sure'])
  expect([entered.length, tenure.isAlive(first), tenure.isAlive(tenure.lease())]).toEqual([2, false, true])
})

it('is over for a process that stood still, before anything has rung', async () => {
  const { clock, tenure } = await start()
  clock.spend(8100)
  expect(tenure.hold).toBe('over')
})

it('confirms for as long as is left, each time before the last is over', async () => {
  const { clock, confirmed, pass } = await start()
  let goodUntil = clock.now() + confirmed.at(-1)!
  for (let n = 0; n < 300; n++) {
    const before = confirmed.length
    await pass(100)
    if (confirmed.length > before) goodUntil = clock.now() + confirmed.at(-1)!
    expect(goodUntil).toBeGreaterThan(clock.now())
  }
})

it('lets go of everything when it is closed', async () => {
  const { tenure, engine } = await start()
  const { id } = tenure.lease()
  await tenure.close()
  expect(tenure.hold).toBe('over')
  expect(await engine.keepAlive(id)).toBe(0)
})

it('leaves room for a guard', async () => {
  await expect(start({ guardMs: 5000 })).rejects.toThrow(/guardMs must be below half of ttlMs, 10000: it is 5000/)
  await expect(start({ ttlMs: 500 })).rejects.toThrow(/ttlMs must be at least 1000: it is 500/)
})

it('is over at once when the machine has slept for too long, and sure again once the store has answered since', async () => {
  let slept = 0
  const { engine, tenure, pass } = await start({ sleptMs: () => slept })
  await pass(1000)
  engine.link = 'silent'
  const leftMs = tenure.leftMs
  slept = 2500
  await pass(1)
  expect([leftMs - tenure.leftMs, tenure.hold]).toEqual([2501, 'sure'])
  slept = 3_600_000
  expect([tenure.leftMs, tenure.hold]).toEqual([0, 'over'])
  expect(() => tenure.lease()).toThrow(expect.objectContaining({ code: 'ERR_FENCED' }))
  engine.heal()
  await pass(6000)
  expect(tenure.hold).toBe('sure')
})
