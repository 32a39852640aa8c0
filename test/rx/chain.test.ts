import { expect, test } from '@jest/globals'
import { delay, map, NEVER, reduce, scan, startWith, take } from 'rxjs'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { Chain, type Operators } from '../../lib/rx/chain.js'
import { escapementScheduler } from '../../lib/rx/scheduler.js'

function start<Out>(operators: Operators<number, Out>) {
  const clock = new ManualClock()
  const heard: unknown[] = []
  const chain = new Chain(operators, escapementScheduler(new Escapement({ clock })), {
    next: (value) => heard.push(value),
    error: (error) => heard.push((error as Error).message),
    complete: () => heard.push('complete'),
  })
  return { clock, chain, heard }
}

test('values run through operators at once', () => {
  const { chain, heard } = start((source$) => source$.pipe(scan((sum, n) => sum + n, 0)))
  for (const n of [1, 2, 3]) chain.next(n)
  expect(heard).toEqual([1, 3, 6])
})

test('operators of time run on the clock of the escapement', () => {
  const { chain, heard, clock } = start((source$, on) => source$.pipe(delay(50, on)))
  chain.next(1)
  clock.advance(49)
  expect(heard).toEqual([])
  clock.advance(1)
  expect(heard).toEqual([1])
})

test('completing lets operators give what they have, also when nothing ever came', () => {
  const sum: Operators<number, number> = (source$) => source$.pipe(reduce((total, n) => total + n, 0))
  const [one, none] = [start(sum), start(sum)]
  one.chain.next(5)
  one.chain.complete()
  none.chain.complete()
  expect([one.heard, none.heard]).toEqual([
    [5, 'complete'],
    [0, 'complete'],
  ])
})

test('a chain may complete by itself, once', () => {
  const { chain, heard } = start((source$) => source$.pipe(take(1)))
  for (const n of [1, 2]) chain.next(n)
  chain.complete()
  expect(heard).toEqual([1, 'complete'])
})

test('behind a failure values meet a new chain', () => {
  const { chain, heard } = start((source$) =>
    source$.pipe(
      startWith(0),
      map((n) => {
        if (n === 2) throw new Error('two')
        return n
      }),
    ),
  )
  for (const n of [1, 2, 3]) chain.next(n)
  expect(heard).toEqual([0, 1, 'two', 0, 3])
})

test('operators that fail when they are subscribed to don’t break the chain for ever', () => {
  let tries = 0
  const { chain, heard } = start((source$) =>
    source$.pipe(
      startWith(0),
      map((n) => {
        if (n === 0 && tries++ === 0) throw new Error('first')
        return n
      }),
    ),
  )
  chain.next(1)
  chain.next(2)
  expect(heard).toEqual(['first', 0, 2])
})

test('a closed chain gives nothing more', () => {
  const { chain, heard, clock } = start((source$, on) => source$.pipe(delay(50, on)))
  chain.next(1)
  chain.close()
  clock.advance(100)
  start(() => NEVER).chain.close()
  expect(heard).toEqual([])
})
