import { afterEach, expect, test } from '@jest/globals'
import { native } from 'inotify-ts/native'
import { join } from 'node:path'
import { UnixDatagramChannel, UdpChannel, datagramOf } from '../../lib/net/datagram-channels.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

test('takes bytes and texts up to a limit of bytes', () => {
  expect(datagramOf('ä', 2)).toEqual(Buffer.from('ä'))
  expect(() => datagramOf('ä', 1)).toThrow('a datagram must be at most datagramMax (1) bytes: it has 2')
})

test('closes also what was never open', () => {
  const { esc } = testTrain()
  new UdpChannel('127.0.0.1', 9).close()
  new UnixDatagramChannel(esc, '/nowhere').close()
})

test('fails where nobody reads', async () => {
  const channel = new UnixDatagramChannel(testTrain().esc, join(temporary(), 'none'))
  cleanups.add(() => channel.close())
  await expect(channel.send('one')).rejects.toMatchObject({ code: native === null ? 'ENOTSUP' : 'ENOENT' })
})
