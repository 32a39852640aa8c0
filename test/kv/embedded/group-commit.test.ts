import { expect, test } from '@jest/globals'
import { ClosedError } from '../../../lib/errors/index.js'
import { GroupCommit } from '../../../lib/kv/embedded/group-commit.js'
import type { State } from '../../../lib/kv/embedded/state.js'
import { RefusedError } from '../../../lib/kv/errors.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'
import { WriteTurn } from '../../../lib/kv/embedded/write-turn.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { withNative } from '../../support/with-native.js'
import { newPath, put, startTables } from './kit.js'

function start(path = newPath()) {
  const { tables, turn } = startTables(path)
  const written: State[] = []
  const group = new GroupCommit(tables, 'here', turn, {
    check: () => undefined,
    durable: () => undefined,
    written: (state) => written.push(state),
  })
  return {
    group,
    revisions: () => written.map(({ revision }) => revision),
    commit: (key: string) => group.add((rows) => applyCommit(rows, 'here', [], [put(key)]).revision),
  }
}

test('what comes in one turn is written as one, each with a revision of its own', async () => {
  const { commit, revisions } = start()
  expect(await Promise.all(['a', 'b', 'c'].map(commit))).toEqual([2, 3, 4])
  expect(revisions()).toEqual([4])
  expect(await commit('d')).toBe(5)
  expect(revisions()).toEqual([4, 5])
})

test('one that is refused leaves the others', async () => {
  const { group, commit } = start()
  const refused = group.add(() => { throw new RefusedError('here', 'no') }) // prettier-ignore
  const both = Promise.allSettled([refused, commit('a')])
  expect(await both).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 2 }])
})

test('if one breaks, none of those that go with it is written', async () => {
  const { group, commit, revisions } = start()
  const broken = group.add((rows) => {
    applyCommit(rows, 'here', [], [put('x')])
    throw new Error('broken')
  })
  const [first, , last] = await Promise.allSettled([commit('a'), broken, commit('b')])
  expect([first, last]).toMatchObject([{ reason: { code: 'ERR_KV_UNAVAILABLE' } }, { status: 'rejected' }])
  expect(revisions()).toEqual([])
  expect(await commit('c')).toBe(2)
})

test('more than go with one sync go with the next', async () => {
  const { commit, revisions } = start()
  await Promise.all(Array.from({ length: 1100 }, (_, i) => commit(`k${i}`)))
  expect(revisions()).toEqual([513, 1025, 1101])
})

test('what waits when it is closed fails, and so does what comes later', async () => {
  const { group, commit } = start()
  const waits = commit('a')
  group.close()
  await expect(waits).rejects.toThrow(ClosedError)
  await expect(commit('b')).rejects.toThrow('the store in here was closed')
})

test('what must be done first is done at once', () => {
  const { group, revisions } = start()
  group.addNow((rows) => { applyCommit(rows, 'here', [], [put('a')]) }) // prettier-ignore
  expect(revisions()).toEqual([2])
  const fail = (): void => { group.addNow(() => { throw new Error('broken') }) } // prettier-ignore
  expect(fail).toThrow('here is not available: broken')
})

withNative('others may write as soon as it has written, or could not', async () => {
  const path = newPath()
  const { group, commit } = start(path)
  const others = new WriteTurn(path, { clock: new ManualClock(), busyMs: 1000 })
  await commit('a')
  expect(others.take()).toBe(true)
  others.give()
  const broken = group.add(() => {
    throw new Error('broken')
  })
  await expect(broken).rejects.toThrow('broken')
  expect(others.take()).toBe(true)
  others.close()
})
