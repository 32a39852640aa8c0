import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv } from './run-kv.js'

test('TLS and the user come from options or the environment, the password never from an argument', async () => {
  const { runIn, run, opened } = startKv()
  const file = join(temporary(), 'password')
  writeFileSync(file, 'secret \n')
  await run('get', '/a', '--ca', 'ca.pem', '--cert', 'c.pem', '--key', 'k.pem', '--server-name', 'x')
  await run('get', '/a', '--user', 'me', '--password-file', file)
  const env = { DEADBEAT_KV_USER: 'root', DEADBEAT_KV_PASSWORD: 'pw', DEADBEAT_KV_CA: 'ca.pem' }
  await runIn({ env }, 'get', '/a')
  expect(opened.map(({ options }) => options)).toEqual([
    { tls: { ca: 'ca.pem', cert: 'c.pem', key: 'k.pem', serverName: 'x' } },
    { user: 'me', password: 'secret ' },
    { tls: { ca: 'ca.pem' }, user: 'root', password: 'pw' },
  ])
  expect((await run('get', '/a', '--password', 'x')).status).toBe(64)
  expect((await run('get', '/a', '--user', 'me', '--password-file', `${file}.none`)).status).toBe(66)
})

test('a prefix that can be none is a wrong use', async () => {
  const { run } = startKv()
  expect((await run('list', '--prefix', 'x')).status).toBe(64)
  expect((await run('list', '--prefix', '/x//y')).status).toBe(64)
})
