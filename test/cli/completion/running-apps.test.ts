import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runningApps } from '../../../lib/cli/completion/running-apps.js'
import { scratch } from '../../app/scratch.js'

test('each has a directory of its name, and a socket of its name in it', async () => {
  const dir = scratch({ 'deadbeat/lamp/lamp.sock': '', 'deadbeat/lamp/other.sock': '', 'deadbeat/x/x.pid': '' })
  expect(await runningApps({ env: { XDG_RUNTIME_DIR: dir }, uid: 7 })).toEqual([
    { name: 'lamp', socket: join(dir, 'deadbeat/lamp/lamp.sock') },
  ])
})

test('where something says which directory it is, all are in it; where it is not there, nobody is', async () => {
  const dir = scratch({ 'lamp.sock': '', 'other.sock': '' })
  const named = async (where: string) =>
    (await runningApps({ env: { RUNTIME_DIRECTORY: where } })).map(({ name }) => name)
  expect([await named(dir), await named(join(dir, 'none'))]).toEqual([['lamp', 'other'], []])
})
