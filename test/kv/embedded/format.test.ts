import { expect, test } from '@jest/globals'
import { copyFileSync } from 'node:fs'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { FORMAT } from '../../../lib/kv/embedded/format.js'
import { openFile } from '../../../lib/kv/embedded/lmdb.js'
import { asKey } from '../../../lib/kv/embedded/key-encoders.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { stateOf } from '../engine-contract.js'
import { bootOf, newPath, openAlone } from './kit.js'

async function write(path: string, row: string, text: string): Promise<void> {
  const root = openFile(path, { noSubdir: true, overlappingSync: false, encoding: 'binary', keyEncoder: asKey })
  root.transactionSync(() => { root.putSync(row, Buffer.from(text)) }) // prettier-ignore
  await root.close()
}

test('a newer format is refused with what to do, and left as it is', async () => {
  const path = newPath()
  const { tables, turn } = openAlone(path)
  turn.close()
  await tables.root.close()
  await write(path, 'format', JSON.stringify({ format: FORMAT + 1, madeBy: 'deadbeat 99' }))
  const attempt = (): unknown => openAlone(path)
  expect(attempt).toThrow(`${path} can't be used as a store: its format is ${FORMAT + 1}, made by deadbeat 99`)
  expect(attempt).toThrow('Use a newer version of Deadbeat')
})

test('a file of lmdb that is none of ours is refused', async () => {
  const path = newPath()
  await write(path, 'theirs', 'something')
  expect(() => openAlone(path)).toThrow('no store of Deadbeat')
})

test('a file that this format was first written with can be read', async () => {
  const path = newPath()
  copyFileSync(new URL('../../fixtures/store-1.kv', import.meta.url), path)
  const clock = new ManualClock()
  const engine = new EmbeddedEngine({
    file: path,
    clock,
    revisionsMax: 100,
    pollMs: 50,
    busyMs: 5000,
    boot: bootOf(clock),
  })
  expect(await stateOf(engine)).toBe('2/a/b=second 2/a/c=third')
  expect(await stateOf(engine, 3)).toBe('1/gone=soon 2/a/b=first')
  expect(await engine.timeToLive(77n)).toMatchObject({ grantedTtlS: 1000, keys: ['2/a/c'] })
  await engine.close()
})
