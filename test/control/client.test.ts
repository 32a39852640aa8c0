import { expect, test } from '@jest/globals'
import { chmodSync, mkdirSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { ControlClient } from '../../lib/control/index.js'
import { startLamp } from '../support/lamp.js'
import { temporary } from '../support/temporary.js'

test('where no daemon is, a client says so; where it ends, what was asked fails', async () => {
  const path = join(temporary(), 'control.sock')
  await expect(ControlClient.connect(path)).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' })
  const { server } = await startLamp(path)
  const client = await ControlClient.connect(path)
  await client.request({ op: 'ping' })
  const { ended } = client.watch('level', () => undefined)
  server.close()
  await expect(ended).rejects.toMatchObject({ code: 'ERR_CONTROL_CLOSED' })
  await expect(client.request({ op: 'ping' })).rejects.toMatchObject({ code: 'ERR_CONTROL_CLOSED' })
})

test('a daemon that hangs is told from one that is not there', async () => {
  const path = join(temporary(), 'control.sock')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  await expect(ControlClient.connect(path, { answerMs: 20 })).rejects.toMatchObject({
    code: 'ERR_NO_ANSWER',
    message: expect.stringMatching(/does not answer: it has not within 20 ms/),
  })
  for (const socket of sockets) socket.destroy()
  server.close()
})

const isRoot = process.getuid?.() === 0
test('another user is told that the daemon is not his', async () => {
  if (!isRoot) return // Only the superuser can become another one.
  const dir = join(temporary(), 'mine')
  mkdirSync(dir)
  chmodSync(dir, 0o755)
  const { server, path } = await startLamp(join(dir, 'a.sock'))
  const seteuid = process.seteuid?.bind(process)
  seteuid?.(65534)
  try {
    await expect(ControlClient.connect(path)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  } finally {
    seteuid?.(0)
  }
  server.close()
})
