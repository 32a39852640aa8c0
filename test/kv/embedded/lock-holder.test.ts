import { expect } from '@jest/globals'
import { closeSync, openSync } from 'node:fs'
import { LOCK_EX, native } from 'inotify-ts/native'
import { holderOf } from '../../../lib/kv/embedded/lock-holder.js'
import { withNative } from '../../support/with-native.js'
import { newPath } from './kit.js'

withNative('it is named while it has the lock, and nobody else is', () => {
  const path = newPath()
  const [mine, other] = [openSync(path, 'a+'), openSync(`${path}-other`, 'a+')]
  expect(holderOf(mine)).toBeNull()
  native?.flock(mine, LOCK_EX)
  expect([holderOf(mine), holderOf(other)]).toEqual([`process ${process.pid}`, null])
  closeSync(mine)
  closeSync(other)
})
