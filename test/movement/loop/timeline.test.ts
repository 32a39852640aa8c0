import fc from 'fast-check'
import { Timeline, type Due } from '../../../lib/movement/loop/timeline.js'

class Entry implements Due<Entry> {
  slot = -1
  previous: Entry | null = null
  next: Entry | null = null
  readonly timeMs: number
  readonly name: string

  constructor(timeMs: number, name = '') {
    this.timeMs = timeMs
    this.name = name
  }
}

const start = (originMs = 0) => {
  const timeline = new Timeline<Entry>(originMs)
  return {
    timeline,
    add: (timeMs: number, name = String(timeMs)) => {
      const entry = new Entry(timeMs, name)
      timeline.add(entry)
      return entry
    },
    take: (nowMs: number) => {
      const names: string[] = []
      timeline.takeDue(nowMs, ({ name }) => names.push(name))
      return names
    },
  }
}

const DAY = 86_400_000

test('gives what is due in order of time, whatever the order of entry', () => {
  const { add, take } = start()
  for (const timeMs of [500, 3, 40_000, 1, 33, 32, 31, 1025]) add(timeMs)
  expect(take(2000)).toEqual(['1', '3', '31', '32', '33', '500', '1025'])
  expect(take(40_000)).toEqual(['40000'])
})

test('gives equal times in order of entry, even if one came in while the other was already near', () => {
  const { add, take } = start()
  add(5000, 'first')
  add(4990, 'before')
  expect(take(4995)).toEqual(['before'])
  add(5000, 'second')
  expect(take(5000)).toEqual(['first', 'second'])
})

test('orders fractions of a millisecond and gives none of them too early', () => {
  const { add, take } = start(0.5)
  for (const timeMs of [7.75, 7.25, 7.5, 7.5]) add(timeMs)
  expect(take(7.49)).toEqual(['7.25'])
  expect(take(7.5)).toEqual(['7.5', '7.5'])
  expect(take(9)).toEqual(['7.75'])
})

test('keeps the order of entry of equal times among any number of others in the same millisecond', () => {
  for (const count of [3, 4, 5, 7, 1000]) {
    const { add, take } = start()
    const names = Array.from({ length: count }, (_, i) => `${(i * 7) % 4} ${String(i).padStart(4, '0')}`)
    for (const name of names) add(7 + Number(name[0]) / 4, name)
    expect(take(8)).toEqual([...names].sort())
  }
})

test('gives at once what is over, the oldest first', () => {
  const { add, take } = start(1000)
  expect(take(5000)).toEqual([])
  add(4000)
  add(-3)
  add(5000)
  expect(take(5000)).toEqual(['-3', '4000', '5000'])
})

test('keeps times that are weeks and centuries away', () => {
  const { add, take, timeline } = start(1.8e12)
  const times = [400 * DAY, 13 * DAY, 12 * DAY, 36_500 * DAY, 0.5].map((ms) => 1.8e12 + ms)
  for (const timeMs of times) add(timeMs)
  expect(timeline.soonest()).toBe(1.8e12 + 0.5)
  expect(take(1.8e12 + 12.5 * DAY)).toEqual([String(times[4]), String(times[2])])
  expect(take(1.8e12 + 400 * DAY)).toEqual([String(times[1]), String(times[0])])
  expect(timeline.soonest()).toBe(times[3])
  expect(take(1.8e12 + 36_500 * DAY)).toEqual([String(times[3])])
})

test('forgets what is cancelled, and says whether it was there', () => {
  const { add, take, timeline } = start()
  const [a, b, c] = [add(10), add(10), add(10)]
  expect(timeline.cancel(b)).toBe(true)
  expect(timeline.cancel(b)).toBe(false)
  expect([a.next, c.previous, b.next, b.previous]).toEqual([c, a, null, null])
  expect(take(10)).toEqual(['10', '10'])
  expect(timeline.cancel(a)).toBe(false)
  expect(timeline.size).toBe(0)
})

test('answers Infinity as its soonest time once everything is cancelled', () => {
  const { add, timeline } = start()
  const entries = [5, 50_000, 90 * DAY].map((timeMs) => add(timeMs))
  for (const entry of entries) timeline.cancel(entry)
  expect(timeline.soonest()).toBe(Infinity)
})

test('can be emptied, each entry told once', () => {
  const { add, take, timeline } = start()
  for (const timeMs of [90 * DAY, 5, 5, 700]) add(timeMs)
  const dropped: number[] = []
  timeline.clear(({ timeMs }) => dropped.push(timeMs))
  expect(dropped.toSorted((a, b) => a - b)).toEqual([5, 5, 700, 90 * DAY])
  expect([timeline.size, take(100 * DAY)]).toEqual([0, []])
})

test('refuses a time that is not finite', () => {
  const { add } = start()
  expect(() => add(Infinity)).toThrow(new RangeError('timeMs must be finite: it is Infinity'))
  expect(() => add(NaN)).toThrow(RangeError)
})

test('does what a sorted list does, for any mixture of adding, cancelling and taking', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('add' as const),
      ms: fc.oneof(fc.nat(3000), fc.nat(5 * 2 ** 30), fc.double({ min: -50, max: 50, noNaN: true })),
    }),
    fc.record({ do: fc.constant('cancel' as const), ms: fc.nat(1000) }),
    fc.record({ do: fc.constant('take' as const), ms: fc.oneof(fc.nat(100), fc.nat(100_000), fc.nat(2 ** 31)) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { timeline, add, take } = start(1000.25)
      const model: Entry[] = []
      let now = 1000.25
      steps.forEach(({ do: what, ms }, i) => {
        if (what === 'add') model.push(add(now + ms, `e${i}`))
        else if (what === 'cancel' && model.length > 0) {
          const [entry] = model.splice(ms % model.length, 1)
          expect(entry && timeline.cancel(entry)).toBe(true)
        } else if (what === 'take') {
          now += ms
          const due = model.filter(({ timeMs }) => timeMs <= now).toSorted((a, b) => a.timeMs - b.timeMs)
          expect(take(now)).toEqual(due.map(({ name }) => name))
          for (const entry of due) model.splice(model.indexOf(entry), 1)
        }
        expect(timeline.size).toBe(model.length)
        expect(timeline.soonest()).toBeLessThanOrEqual(Math.min(...model.map(({ timeMs }) => timeMs)))
      })
    }),
    { seed: 42, numRuns: 300 },
  )
})
