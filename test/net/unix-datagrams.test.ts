import { expect, test } from '@jest/globals'
import { native } from 'inotify-ts/native'
import { requireNative } from '../../lib/net/unix-datagrams.js'

// What they do for a train is told by the tests of UnixSupply.
test('says what to do without the native binding', () => {
  if (native === null) expect(requireNative).toThrow('use kind stream')
  else expect(requireNative()).toBe(native)
})
