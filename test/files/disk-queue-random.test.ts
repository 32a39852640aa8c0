import { afterEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openRig, queueDirectory, removeQueues, type QueueRig } from '../support/queues.js'

afterEach(removeQueues)

/** One thing that happens to a queue. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), count: fc.integer({ min: 1, max: 40 }), size: fc.nat(3000) }),
  fc.record({ kind: fc.constant('wait' as const) }),
  fc.record({ kind: fc.constant('settle' as const), which: fc.nat(), wait: fc.boolean() }),
  fc.record({ kind: fc.constant('pause' as const) }),
  fc.record({ kind: fc.constant('resume' as const) }),
  fc.record({ kind: fc.constant('kill' as const) }),
  fc.record({ kind: fc.constant('end' as const) }),
)

const setting = fc.record({
  maxBytes: fc.constantFrom(8192, 65_536, 1 << 20),
  segmentBytes: fc.constantFrom(512, 4096, 1 << 20),
  whenFull: fc.constantFrom('pause' as const, 'dropOldest' as const, 'divert' as const),
  sync: fc.constantFrom('none' as const, 'batch' as const),
})

const numberOf = (text: string): number => Number(text.slice(0, text.indexOf(' ')))

test('whatever happens: what was flushed comes out, in order, and not again behind an orderly end if it was over', async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.array(step, { maxLength: 40 }), async (options, steps) => {
      const directory = queueDirectory()
      let rig: QueueRig = openRig({ ...options, directory })
      let next = 0
      /** Numbers of the records that were put, by the position behind each. */
      const put: { readonly number: number; readonly end: number }[] = []
      /** All that has to come out before the end, unless it gave way. */
      const safe = new Set<number>()
      /** What was settled in this run. */
      const settled = new Set<number>()
      const seen = new Set<number>()
      let dropped = 0
      /** Everything before was over at the last orderly end. */
      let floor = 0
      const note = (): void => {
        for (const { number, end } of put) if (end <= rig.queue.flushed) safe.add(number)
      }
      const look = (): void => {
        const numbers = rig.taken.map(numberOf)
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
        for (const number of numbers) {
          expect(number).toBeGreaterThanOrEqual(floor)
          seen.add(number)
        }
        expect(rig.failures).toEqual([])
        expect(rig.logged.filter((line) => !line.includes('has reached maxBytes'))).toEqual([])
      }
      const restart = (): void => {
        note()
        dropped += rig.queue.dropped
        put.length = 0
        settled.clear()
        rig = openRig({ ...options, directory })
      }
      for (const one of steps) {
        if (one.kind === 'put') {
          for (let i = 0; i < one.count; i++) {
            try {
              rig.queue.put(`${next} ${'x'.repeat(one.size)}`)
              put.push({ number: next++, end: rig.queue.position() })
            } catch (error) {
              expect(error).toMatchObject({ code: 'ERR_QUEUE_FULL' })
            }
          }
        } else if (one.kind === 'wait') {
          await rig.esc.waitIdle()
        } else if (one.kind === 'settle') {
          const [range] = rig.ranges.splice(one.which % (rig.ranges.length || 1), 1)
          if (range !== undefined) {
            for (const text of rig.queue.textsOf(range)) settled.add(numberOf(text))
            rig.queue.settle(range)
          }
          if (one.wait) rig.clock.advance(100)
        } else if (one.kind === 'kill') {
          await rig.queue.rest()
          look()
          await rig.kill()
          restart()
        } else if (one.kind === 'end') {
          await rig.end()
          look()
          const [first] = rig.taken
          if (first !== undefined) floor = numberOf(first)
          while (settled.has(floor)) floor += 1
          restart()
        } else {
          rig.queue[one.kind]()
        }
      }
      await rig.queue.drained()
      rig.queue.resume()
      await rig.until(() => rig.queue.isAtEnd || rig.failures.length > 0)
      note()
      look()
      dropped += rig.queue.dropped
      const lost = [...safe].filter((number) => !seen.has(number))
      expect(lost.length).toBeLessThanOrEqual(options.whenFull === 'dropOldest' ? dropped : 0)
      rig.settle()
      await rig.end()
      expect(rig.files()).toEqual(['cursor'])
      removeQueues()
    }),
    { numRuns: 60 },
  )
})
