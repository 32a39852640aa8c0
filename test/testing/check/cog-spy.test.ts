import { expect, test } from '@jest/globals'
import { DummyEscapement, type Bundle, type Hold, type TrainForCogs } from '../../../lib/movement/index.js'
import { CogSpy } from '../../../lib/testing/check/cog-spy.js'
import { Faults } from '../../../lib/testing/check/faults.js'
import { testTrain } from '../../../lib/testing/index.js'

/** A spy on a seat that does nothing. */
function start() {
  const { esc } = testTrain()
  const calls: unknown[][] = []
  let size = 0
  const bundle: Bundle = {
    get size() {
      return size
    },
    add: () => {
      size++
    },
    share: () => {
      size++
    },
    join: () => undefined,
    keep: () => undefined,
    give: () => (size = 0),
    reject: () => (size = 0),
  }
  const hold = (data: unknown): Hold => ({ place: 1, data }) as unknown as Hold
  const call = (name: string) => (...args: unknown[]) => calls.push([name, ...args]) // prettier-ignore
  const names = ['resume', 'reject', 'merge', 'notify']
  const seat = { esc, hold, share: hold, bundle: (n: number) => ((size = n), bundle), id: () => 't0', log: {} }
  Object.assign(seat, Object.fromEntries(names.map((name) => [name, call(name)])))
  const faults = new Faults()
  let backs = 0
  const spy = new CogSpy(seat as unknown as TrainForCogs, faults, () => backs++)
  const cog = { turn: (data: unknown): unknown => data }
  const turn = (fn: () => unknown): unknown => {
    cog.turn = fn
    spy.watch(cog)
    return cog.turn(null)
  }
  return { spy, seat, calls, faults: faults.list, turn, backs: () => backs, esc }
}

test('every call is passed on, and what is given back is told', () => {
  const { spy, calls, faults, backs } = start()
  const [a, b] = [spy.hold(1), spy.share(2)]
  spy.resume(a, [3])
  spy.reject(b, 'no')
  spy.merge([], null)
  spy.notify('reopen', 1)
  expect(calls).toEqual([['resume', a, [3]], ['reject', b, 'no'], ['merge', [], null], ['notify', 'reopen', 1]]) // prettier-ignore
  expect([spy.id(), backs(), faults]).toEqual(['t0', 3, []])
  expect(spy.tally).toMatchObject({ held: 0, out: 1, diverted: 1 })
})

test('one that keeps what it returns, or keeps it twice, or throws meanwhile is at fault; one that shares is not', () => {
  const { spy, turn, faults } = start()
  turn(() => (spy.share(1), [1]))
  turn(() => (spy.hold(1), null))
  expect(faults).toEqual([])
  turn(() => (spy.hold(1), [1]))
  turn(() => (spy.hold(1), spy.hold(1), null))
  expect(() =>
    turn(() => {
      spy.hold(1)
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['returns', 'holds', 'throws'])
})

test('what was given back before, or is not its own, is a fault', () => {
  const { spy, faults } = start()
  const hold = spy.hold(1)
  hold.place = -1
  spy.resume(hold, null)
  spy.reject({ place: 1 } as unknown as Hold, 'no')
  const other = spy.hold(2)
  spy.merge([other, other], 3)
  expect(faults).toEqual([
    'gives a hold back twice, the second time with resume()',
    "gives back a hold that isn't its own, with reject()",
    'gives a hold back twice, in one list for merge()',
  ])
})

test('what is gathered is counted, what an earlier run gathered as well', () => {
  const { spy, turn } = start()
  const bundle = spy.bundle(2)
  expect(spy).toMatchObject({ restored: 2, tally: { in: 2, held: 2 } })
  turn(() => (bundle.add(), null))
  expect([bundle.size, spy.tally.held, spy.tally.swallowed]).toEqual([3, 3, 0])
  bundle.give('sum')
  expect(spy.tally).toMatchObject({ in: 3, held: 0, merged: 3, out: 1 })
  bundle.give(null)
  turn(() => (bundle.add(), null))
  bundle.reject('no', null)
  expect(spy.tally).toMatchObject({ in: 4, held: 0, merged: 4, out: 1, diverted: 1, swallowed: 0 })
})

test('once the train gives it another loop, that is the one it gets', () => {
  const { spy, seat, esc } = start()
  spy.esc.after(10, () => undefined)
  expect([spy.esc, spy.loop.bound()]).toEqual([spy.loop, ['a timer']])
  seat.esc = new DummyEscapement(esc) as never
  expect(spy.esc).toBe(seat.esc)
})
