import { expect, test } from '@jest/globals'
import { mkdirSync, renameSync, rmSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { StoreFile } from '../../../lib/kv/embedded/store-file.js'
import type { State } from '../../../lib/kv/embedded/state.js'
import { applyCommit } from '../../../lib/kv/store/apply.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { newPath, put } from './kit.js'

function open(path: string) {
  const told: number[] = []
  const changed = ({ revision }: State): void => { told.push(revision) } // prettier-ignore
  const file = StoreFile.open(path, changed, { clock: new ManualClock(), pollMs: 50, busyMs: 5000 })
  return { file, told, close: () => file.close(changed) }
}

test('a file is open once, whichever way leads to it, until the last one closes it', async () => {
  const path = newPath()
  const one = open(path)
  symlinkSync(path, `${path}.link`)
  const other = open(`${path}.link`)
  expect(other.file).toBe(one.file)
  await one.close()
  await other.file.commit((rows) => applyCommit(rows, 'here', [], [put('a')]))
  expect([one.told, other.told]).toEqual([[], [2]])
  await other.close()
  const again = open(path)
  expect(again.file).not.toBe(one.file)
  expect(again.file.read(({ revision }) => revision)).toBe(2)
  await again.close()
})

test('where nobody can be told of changes no store is opened, and one that is put right can be', async () => {
  const path = newPath()
  mkdirSync(`${path}-notice`)
  expect(() => open(path)).toThrow(`${path} is not available: EISDIR`)
  rmdirSync(`${path}-notice`)
  await open(path).close()
})

test.each(['', '-lock'])('what would be written to a file that is there no more ("%s") is refused', async (which) => {
  const path = newPath()
  const { file, close } = open(path)
  const commit = (key: string) => file.commit((rows) => applyCommit(rows, 'here', [], [put(key)]))
  await commit('a')
  renameSync(path + which, `${path}${which}.old`)
  await expect(commit('b')).rejects.toMatchObject({ code: 'ERR_KV_FILE' })
  writeFileSync(path + which, '')
  await expect(commit('c')).rejects.toThrow('was removed or replaced while it was open. Open it again')
  rmSync(path + which)
  renameSync(`${path}${which}.old`, path + which)
  expect(await commit('d')).toMatchObject({ revision: 3 })
  await close()
})
