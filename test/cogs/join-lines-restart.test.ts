import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { JoinLines } from '../../cogs/join-lines.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { testTrain } from '../../lib/testing/index.js'
import { ListDrain, MemoryCheckpoints, NumberSupply, type Life, type Numbered } from '../support/crash-train/world.js'
import { lineOf } from '../support/engine-kit.js'

process.setMaxListeners(0) // A train that was killed listens for ever.

const COUNT = 40
/** A message begins with each of these numbers. */
const begins = (n: number): boolean => n % 7 === 0 || n % 5 === 0
const textOf = ({ n }: Numbered): string => `${begins(n) ? '>' : ' '}${n}`

/** The messages of all numbers. */
const MESSAGES = Array.from({ length: COUNT }, (_, n) => n).reduce<string[]>((list, n) => {
  if (begins(n)) list.push(textOf({ n, part: '' }))
  else list.push(`${list.pop() ?? ''} ${n}`)
  return list
}, [])

/** One life of a train, from the last record on. */
async function live(checkpoints: MemoryCheckpoints, file: unknown[]) {
  const life: Life = { isOver: false }
  checkpoints.life = life
  const { train, clock } = testTrain({ checkpoints })
  const supply = new NumberSupply(train, { count: COUNT })
  const join = new JoinLines<Numbered, string>(train, {
    ...{ start: /^>/, separator: '', flushMs: 1e9, getter: textOf },
    setter: (_data, text) => text,
  })
  const drain = new ListDrain<string>(train, file, life)
  lineOf(train.line, supply, join, drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  await turnOfNode()
  return { life, train, clock, supply, drain, running }
}

test('whenever it is killed, each message comes once, with all its lines', async () => {
  const plans = fc.array(fc.record({ steps: fc.array(fc.tuple(fc.nat(6), fc.nat(4)), { maxLength: 6 }) }), {
    maxLength: 5,
  })
  await fc.assert(
    fc.asyncProperty(plans, async (lives) => {
      const [checkpoints, file]: [MemoryCheckpoints, unknown[]] = [new MemoryCheckpoints(), []]
      for (const { steps } of lives) {
        const { life, clock, supply, drain } = await live(checkpoints, file)
        for (const [lines, written] of steps) {
          supply.push(lines)
          drain.write(written)
          clock.advance(100)
          await turnOfNode()
        }
        life.isOver = true
      }
      const { supply, running } = await live(checkpoints, file)
      supply.push(COUNT)
      supply.endIt()
      await running
      expect(file).toEqual(MESSAGES)
    }),
    { numRuns: 60 },
  )
})
