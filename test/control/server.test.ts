import { expect, test } from '@jest/globals'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { native } from 'inotify-ts'
import type { Answer } from '../../lib/control/index.js'
import { readRules, Rights, type AuditLine } from '../../lib/rights/index.js'
import { isRoot, NOBODY } from '../support/daemons.js'
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

test('others are let in with rights only, and where the kernel says who they are', async () => {
  const path = join(temporary(), 'control.sock')
  const rights = new Rights()
  await expect(startLamp(path, { mode: 0o660 })).rejects.toThrow(
    "control.mode must let nobody else in than the socket's user: it is 0660; set control.rights to a file",
  )
  if (native === null) {
    await expect(startLamp(path, { mode: 0o660, rights })).rejects.toThrow('inotify-ts has no binary here')
    return
  }
  const { server } = await startLamp(path, { mode: 0o660, rights })
  expect(lstatSync(path).mode & 0o777).toBe(0o660)
  server.close()
})

if (isRoot && native !== null) {
  test('another user sees and does what the rules say, and is written down as itself', async () => {
    const path = join(temporary(), 'control.sock')
    chmodSync(dirname(path), 0o755)
    const rules = readRules({
      rules: [{ who: `uid ${NOBODY}`, may: ['read', 'call'], on: ['lamp.level', 'lamp.double'] }],
    })
    const lines: AuditLine[] = []
    const { server } = await startLamp(path, {
      ...{ mode: 0o666, rights: new Rights({ rules: () => rules }), audit: (line) => lines.push(line) },
    })
    const asked = [
      { id: 1, op: 'get', pattern: '*' },
      { id: 2, op: 'call', method: 'double', named: { n: 4 } },
      { id: 3, op: 'set', key: 'level', value: 4 },
      { id: 4, op: 'stop' },
    ]
    const script = `
      const socket = require('net').connect(${JSON.stringify(path)})
      socket.write(${JSON.stringify(asked.map((one) => `${JSON.stringify(one)}\n`).join(''))})
      let text = ''
      socket.on('data', (piece) => { text += piece; if (text.split('\\n').length > 4) { console.log(text); process.exit() } })`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
    })
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer)
    expect(answers.sort((a, b) => Number(a.id) - Number(b.id))).toMatchObject([
      { id: 1, value: { level: 1 } },
      { id: 2, value: 8 },
      {
        id: 3,
        error: {
          code: 'ERR_FORBIDDEN',
          message: `uid ${NOBODY} may not set "lamp.level": no rule of the rights here allows it`,
        },
      },
      { id: 4, error: { code: 'ERR_FORBIDDEN' } },
    ])
    expect(lines.map(({ who, path, outcome }) => [who, path, outcome]).sort()).toEqual([
      [`uid ${NOBODY}`, 'lamp.double', 'done'],
      [`uid ${NOBODY}`, 'lamp.level', 'refused'],
      [`uid ${NOBODY}`, 'lamp.stop', 'refused'],
    ])
    server.close()
  })
}
