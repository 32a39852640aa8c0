import { expect, test } from '@jest/globals'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { dropsIn, kernelDrops } from '../../lib/net/kernel-drops.js'

const TEXT = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  1: 00000000:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 5
  2: 0100007F:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0000000000000000 7
  3: 0100007F:1202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0000000000000000 9
`

test('adds up what was dropped at a port', () => {
  expect([514, 0x1202, 99].map((port) => dropsIn(TEXT, port))).toEqual([12, 9, 0])
})

test('finds no drops of a socket that got nothing', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  expect(kernelDrops(socket.address().port, 'IPv4')).toBe(process.platform === 'linux' ? 0 : null)
  socket.close()
})
