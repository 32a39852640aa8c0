import { afterEach, expect, test } from '@jest/globals'
import { native } from 'inotify-ts/native'
import { join } from 'node:path'
import { UnixDatagramChannel, UdpChannel, datagramOf } from '../../lib/net/datagram-channels.js'
import { testTrain } from '../../lib/testing/index.js'
import { Cleanups, until } from '../support/supplied.js'
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

test('keeps no socket that can not be connected, nor one that is closed while it connects', async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
  const before = sockets()
  await expect(new UdpChannel('255.255.255.255', 9).send('one')).rejects.toMatchObject({ code: 'EACCES' })
  const channel = new UdpChannel('127.0.0.1', 9)
  const sending = channel.send('one')
  channel.close()
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' })
  await until(() => sockets() === before)
})

test('fails where nobody reads', async () => {
  const channel = new UnixDatagramChannel(testTrain().esc, join(temporary(), 'none'))
  cleanups.add(() => channel.close())
  await expect(channel.send('one')).rejects.toMatchObject({ code: native === null ? 'ENOTSUP' : 'ENOENT' })
})
