import { existsSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { native } from 'inotify-ts/native'
import { LineDrain } from '../../../cogs/line-drain.js'
import { LetterFile } from '../../../lib/app/replay/letter-file.js'
import { outputsOf, requireOther, requireUncut } from '../../../lib/app/replay/outputs.js'
import { CheckpointFile } from '../../../lib/files/checkpoint-file.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { scratch } from '../scratch.js'

const output = (path: string) => ({ drain: 'LineDrain', path })

test('the outputs of a train are the files of its drains', () => {
  const { train } = testTrain()
  train.line(new TestSupply<string>(train, {}), new LineDrain(train, { path: 'a.log' }))
  expect(outputsOf(train.wind())).toEqual([output('a.log')])
})

test('a file that is an output is refused, under whatever name, with what to do', () => {
  const dir = scratch({ 'dead.jsonl': '' })
  const path = join(dir, 'dead.jsonl')
  const file = new LetterFile(path)
  requireOther(file, [output(join(dir, 'other'))], 'mine')
  expect(() => requireOther(file, [output(path)], 'mine')).toThrow(
    `${path} is written by mine itself (LineDrain): what failed again would be read again. Move it first (mv ${path} ${path}.replay)`,
  )
  renameSync(path, join(dir, 'moved'))
  requireOther(file, [output(path)], 'mine')
  expect(() => requireOther(file, [output(join(dir, 'moved'))], 'mine')).toThrow(
    expect.objectContaining({ exitCode: 64 }),
  )
})

async function checkpoint(mark: object) {
  const path = join(scratch({}), 'state', 'checkpoint')
  const file = new CheckpointFile(path)
  file.load()
  await file.store(JSON.stringify({ version: 1, drains: { LineDrain: mark } }))
  return { path, file }
}

test('an output that a check-point will cut back is refused', async () => {
  const { path, file } = await checkpoint({ path: '/out.log', bytes: 5 })
  file.close()
  expect(() => requireUncut([path], [output('/./out.log')], 'mine')).toThrow(
    `the last run of mine was killed, and its check-point (${path}) will cut /./out.log back when mine starts again`,
  )
  expect(requireUncut([path], [output('/late.log')], 'mine')).toBe(false)
})

test.each([{ isClosed: true }, { isShared: true }])('one that it will not cut is none: %j', async (more) => {
  const { path, file } = await checkpoint({ path: '/out.log', bytes: 5, ...more })
  file.close()
  expect(requireUncut([path], [output('/out.log')], 'mine')).toBe(false)
})

test('a run that has the check-point just now is told', async () => {
  const { path, file } = await checkpoint({ path: '/out.log', bytes: 5 })
  const look = () => requireUncut([path], [output('/out.log')], 'mine')
  // Without the binding there is no lock: then it can't be told from one that was killed.
  if (native === null) expect(look).toThrow('the last run of mine was killed')
  else expect(look()).toBe(true)
  file.close()
})

test('where there is no check-point nothing is made', () => {
  const none = join(scratch({}), 'none', 'checkpoint')
  expect([requireUncut([none], [output('/out.log')], 'mine'), existsSync(dirname(none))]).toEqual([false, false])
})
