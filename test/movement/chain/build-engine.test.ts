import { expect, test } from '@jest/globals'
import { buildEngine } from '../../../lib/movement/chain/build-engine.js'
import type { Journey } from '../../../lib/movement/life/journey.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, lineOf } from '../../support/engine-kit.js'

function start() {
  const { train } = testTrain()
  lineOf(
    train.line,
    new TestSupply<number>(train, {}),
    Object.assign((n: number) => [n], { one: (n: number) => n }),
    (n: number) => [n],
    async (n: number) => Promise.resolve([n]),
    new DeafDrain(train),
  )
  const plan = train.wind()
  return { plan, journey: train.journey as Journey }
}

test.each([[true], [false]])(
  'there is an entry behind each place that may hold, and behind no other: compiled %s',
  (isCompiled) => {
    const { plan, journey } = start()
    const { behind, supplies, dead } = buildEngine(plan, journey, isCompiled)
    const kinds = plan.places.filter(({ index }) => behind[index] !== undefined).map(({ kind }) => kind)
    expect(kinds).toEqual(['turn', 'async', 'turn']) // The last is that of dead letters.
    expect(journey.behind).toBe(behind)
    expect(supplies).toHaveLength(1)
    expect(dead).toBeInstanceOf(Function)
  },
)
