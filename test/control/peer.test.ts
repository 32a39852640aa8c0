import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { native } from 'inotify-ts'
import { knowsPeers, peerOf } from '../../lib/control/peer.js'
import { temporary } from '../support/temporary.js'

test('the kernel says who connected', async () => {
  const path = join(temporary(), 'a.sock')
  const server = createServer()
  server.listen(path)
  await once(server, 'listening')
  const client = connect(path)
  const [socket] = (await once(server, 'connection')) as [Socket]
  const from = native === null ? 'the control socket' : `pid ${process.pid}`
  expect(peerOf(socket)).toEqual({ principal: { kind: 'uid', id: process.getuid?.() }, from })
  expect(knowsPeers).toBe(native !== null)
  client.destroy()
  socket.destroy()
  if (native !== null) expect(peerOf(socket).principal).toEqual({ kind: 'anonymous' })
  server.close()
})
