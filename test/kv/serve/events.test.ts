import type { Change, Op } from '../../../lib/kv/engine/engine.js'
import { eventsOf, leavingOf, stateBefore } from '../../../lib/kv/serve/events.js'
import { memoryStore } from '../../support/kv-memory.js'

const put = (key: string, value: string): Op => ({ op: 'put', key, value: Buffer.from(value), lease: 0n })

/** A store in which a was put twice, deleted and put again beside b; and all of its changes from a revision on. */
async function start(from: number) {
  const { engine } = memoryStore()
  await engine.commit([], [put('a', '1')])
  await engine.commit([], [put('a', '2')])
  await engine.commit([], [{ op: 'delete', key: 'a' }])
  await engine.commit([], [put('a', '3'), put('b', '4')])
  const changes: Change[] = []
  await new Promise<void>((resolve) => {
    const changed = (some: readonly Change[], revision: number): void => {
      changes.push(...some)
      if (revision === 5) resolve()
    }
    engine.watch({ key: 'a', end: 'c' }, from, { changed, gap: () => undefined, failed: () => undefined })
  })
  return { engine, changes }
}

const none = leavingOf([])
const shown = (events: ReturnType<typeof eventsOf>): string[] =>
  events.map(({ type, kv, prevKv }) => `${type === 1 ? '-' : '+'}${kv?.key} was ${prevKv && String(prevKv.value)}`)

it('tells what each key was before, from the state before and what came since', async () => {
  const { engine, changes } = await start(3)
  const before = await stateBefore(engine, changes, 3)
  expect(shown(eventsOf(changes, none, before))).toEqual([
    '+a was 1',
    '-a was 2',
    '+a was undefined',
    '+b was undefined',
  ])
  expect(shown(eventsOf(changes, none, null))[0]).toBe('+a was undefined')
})

it('leaves out what filters say, and knows of it all the same', async () => {
  const { engine, changes } = await start(3)
  const before = await stateBefore(engine, changes, 3)
  expect(shown(eventsOf(changes, leavingOf([0]), before))).toEqual(['-a was 2'])
  expect(shown(eventsOf(changes, leavingOf([1]), before))).toEqual(['+a was 1', '+a was undefined', '+b was undefined'])
})

it('tells nothing of before where that was compacted', async () => {
  const { engine, changes } = await start(3)
  await engine.compact(5)
  expect(await stateBefore(engine, changes, 3)).toEqual(new Map())
})
