import { expect, test } from '@jest/globals'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { examineDatabase } from '../../../lib/app/doctor/databases.js'
import { temporary } from '../../support/temporary.js'

function config(text: string): { directory: string; file: string } {
  const directory = temporary()
  const file = join(directory, 'a.yaml')
  writeFileSync(file, text.replaceAll('HERE', directory))
  return { directory, file }
}

test('a configuration that names no database says nothing of one', async () => {
  for (const text of ['', 'log: {level: info}', 'kv: {prefix: /a/}', 'kv: null']) {
    expect(await examineDatabase(config(text).file)).toBeNull()
  }
})

test('a database in a file is fine if it is there or can be made, and is not made', async () => {
  const { directory, file } = config('kv: {url: "file:HERE/b/kv"}')
  expect(await examineDatabase(file)).toMatchObject({ state: 'ok', found: `${directory}/b can be made` })
  expect(existsSync(join(directory, 'b'))).toBe(false)
  const other = config('kv: {url: "file:HERE/a.yaml"}')
  expect(await examineDatabase(other.file)).toMatchObject({ state: 'ok', found: other.file })
})

test.each([
  ['file:/proc/1/nowhere/kv', 78, /no leave to write in \/proc\/1/],
  ['redis://127.0.0.1', 69, /must begin with etcd:, file:, memory:/],
  ['etcd://u:p@127.0.0.1', 69, /must not hold a user or a password/],
])('a database at %s is no good, and why', async (url, exitCode, why) => {
  const { file } = config(`kv: {url: "${url}"}`)
  const finding = await examineDatabase(file)
  expect(finding).toMatchObject({ what: 'database', state: 'fail', exitCode, found: expect.stringMatching(why) })
  expect(finding?.advice).toContain(`kv.url in ${file}`)
})

test('a database that can not be reached is told', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { file } = config(`kv: {url: "etcd://127.0.0.1:${port}"}`)
  expect(await examineDatabase(file)).toMatchObject({ state: 'fail', exitCode: 69 })
  server.close()
})
