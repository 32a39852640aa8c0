import { afterEach, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { UnixDrain, type UnixDrainOptions } from '../../cogs/unix-drain.js'
import { UnixSupply } from '../../cogs/unix-supply.js'
import { listener } from '../support/servers.js'
import { Cleanups, drained, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (path: string, options: Partial<UnixDrainOptions> = {}) =>
  drained<string | Buffer>(cleanups, (train) => new UnixDrain(train, { ...options, path }))

test('sends lines to a socket, and waits while nobody is there', async () => {
  const path = join(temporary(), 'out.sock')
  const { supply, isDone, clock, log } = await start(path)
  supply.push('one')
  await until(() => log.some(({ level }) => level === 'warn'))
  expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/cannot send to .*out.sock.*ENOENT/)
  const peer = await listener(cleanups, { path })
  clock.advance(1000)
  await isDone(1)
  await until(() => peer.text() === 'one\n')
})

if (native === null) {
  test('says that datagrams need the native binding', async () => {
    await expect(start('/nowhere', { kind: 'datagram' })).rejects.toMatchObject({ code: 'ENOTSUP' })
  })
} else {
  test('sends datagrams, each message one, and waits for a reader that is slow', async () => {
    const path = join(temporary(), 'out.sock')
    const reader = await supplied(cleanups, (train) => new UnixSupply<unknown>(train, { path, kind: 'datagram' }))
    reader.supply.pause()
    const { supply, clock, drain } = await start(path, { kind: 'datagram' })
    const texts = Array.from({ length: 2000 }, (_, i) => `message ${i}\nof two lines`)
    supply.push(...texts)
    await until(() => drain.flushed > 0)
    for (let i = 0; i < 20; i++) await turn()
    expect(supply.acknowledged).toBe(0)
    reader.supply.resume()
    await until(() => {
      clock.advance(5)
      return reader.data.length === texts.length
    })
    expect(reader.data).toEqual(texts)
  })

  test('refuses a datagram that is too long, and tries again where nobody reads', async () => {
    const path = join(temporary(), 'out.sock')
    const { supply, dead, log, clock, isDone } = await start(path, { kind: 'datagram', datagramMax: 3 })
    supply.push('four', 'one')
    await until(() => log.some(({ level }) => level === 'warn'))
    expect(dead[0]?.error.message).toMatch(/a datagram must be at most datagramMax \(3\) bytes: it has 4/)
    const reader = await supplied(cleanups, (train) => new UnixSupply<unknown>(train, { path, kind: 'datagram' }))
    clock.advance(1000)
    await isDone(2)
    await reader.got(1)
  })
}
