import { expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startLamp } from '../support/lamp.js'
import { temporary } from '../support/temporary.js'

test('only its user may open it, and it is gone once it is closed', async () => {
  const { server, path } = await startLamp()
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
  server.close()
  expect(existsSync(path)).toBe(false)
})

test('what a killed daemon left is removed; one that answers is left alone', async () => {
  const path = join(temporary(), 'control.sock')
  const left = createServer().listen(path)
  await once(left, 'listening')
  await expect(startLamp(path)).rejects.toMatchObject({ code: 'ERR_CONTROL_IN_USE' })
  const other = `${path}2`
  const script = `require('net').createServer().listen(${JSON.stringify(other)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script])
  expect(existsSync(other)).toBe(true)
  const { server } = await startLamp(other)
  server.close()
  left.close()
})

test('what is no socket is never removed', async () => {
  const path = join(temporary(), 'control.sock')
  writeFileSync(path, 'precious')
  await expect(startLamp(path)).rejects.toThrow(/is no socket: remove it, or set control.socket/)
  expect(existsSync(path)).toBe(true)
})

test('a path that is too long, or where it may not be, is a clear error', async () => {
  const dir = temporary()
  await expect(startLamp(join(dir, 'x'.repeat(120)))).rejects.toThrow(/may have at most 107 bytes/)
  await expect(startLamp(join(dir, 'none', 'a.sock'))).rejects.toMatchObject({
    code: 'ERR_CONTROL',
    message: /none\/a\.sock/,
  })
})

test('a socket that took its place is not removed with it', async () => {
  const { server, path } = await startLamp()
  unlinkSync(path)
  const other = createServer().listen(path)
  await once(other, 'listening')
  server.close()
  expect(existsSync(path)).toBe(true)
  other.close()
})
