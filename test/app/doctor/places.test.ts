import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { examineDirectory, examinePort } from '../../../lib/app/doctor/places.js'
import { freePort } from '../../support/real-server.js'
import { temporary } from '../../support/temporary.js'

test('a directory that is there or can be made is fine, and is not made', () => {
  const there = temporary()
  const other = join(there, 'a', 'b')
  expect([examineDirectory('d', there, '--d').found, examineDirectory('d', other, '--d').found]).toEqual([
    there,
    `${other} can be made`,
  ])
  expect(existsSync(join(there, 'a'))).toBe(false)
})

test('one that can not be written to says which and how to give another', () => {
  const { state, found, advice, exitCode } = examineDirectory('d', '/proc/1/nowhere', '--state-dir')
  expect([state, exitCode]).toEqual(['fail', 78])
  expect([found, advice]).toEqual([
    expect.stringContaining('no leave to write in /proc/1'),
    expect.stringContaining('--state-dir'),
  ])
})

test('a port is free, or somebody has it', async () => {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await examinePort(port)).toMatchObject({
    state: 'fail',
    exitCode: 69,
    found: 'nobody can listen there: EADDRINUSE',
  })
  server.close()
  await once(server, 'close')
  expect(await examinePort(port)).toMatchObject({ state: 'ok' })
})
