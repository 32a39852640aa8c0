import { afterEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { UnixSupply, type UnixSupplyOptions } from '../../cogs/unix-supply.js'
import { Cleanups, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (options: Partial<UnixSupplyOptions<unknown>> = {}) => {
  const path = options.path ?? join(temporary(), 'in.sock')
  const make = (train: ConstructorParameters<typeof UnixSupply>[0]) =>
    new UnixSupply<unknown>(train, { ...options, path })
  return supplied(cleanups, make).then((rig) => ({ ...rig, path }))
}

const write = async (path: string, text: string) => {
  const socket = connect(path)
  cleanups.add(() => socket.destroy())
  await once(socket, 'connect')
  socket.end(text)
}

/** A socket in the file system whose owner was killed. */
function leftOver(path: string, kind: 'SOCK_STREAM' | 'SOCK_DGRAM'): boolean {
  const make = `import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.${kind})\ns.bind(sys.argv[1])`
  return spawnSync('python3', ['-c', make, path]).status === 0 && existsSync(path)
}

const send = (path: string, ...texts: string[]) => {
  const fd = native?.unixDgram() ?? -1
  for (const text of texts) native?.unixSend(fd, path, Buffer.from(text))
}

test('supplies lines that are written to the socket, and takes it away at its end', async () => {
  const { path, data, got, stop, supply } = await start({ mode: 0o620 })
  expect([statSync(path).mode & 0o777, supply.progress().address]).toEqual([0o620, path])
  await write(path, 'one\ntwo\n')
  await got(2)
  expect(data).toEqual(['one', 'two'])
  await stop()
  expect(existsSync(path)).toBe(false)
})

test('takes the place of a socket at which nobody listens any more', async () => {
  const path = join(temporary(), 'in.sock')
  if (!leftOver(path, 'SOCK_STREAM')) return
  const { got } = await start({ path })
  await write(path, 'one\n')
  await got(1)
})

test('lets a socket alone at which somebody listens, and a file that is none', async () => {
  const { path, got } = await start()
  await expect(start({ path })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await write(path, 'one\n')
  await got(1)
  const file = join(temporary(), 'file')
  writeFileSync(file, 'mine')
  await expect(start({ path: file })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(existsSync(file)).toBe(true)
})

if (native === null) {
  test('says that datagrams need the native binding', async () => {
    await expect(start({ kind: 'datagram' })).rejects.toMatchObject({ code: 'ENOTSUP' })
  })
} else {
  test('supplies datagrams, without a line end at their end', async () => {
    const { path, data, got, stop } = await start({ kind: 'datagram', mode: 0o600 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    send(path, 'one\n', 'two\nlines')
    await got(2)
    expect(data).toEqual(['one', 'two\nlines'])
    await stop()
    expect(existsSync(path)).toBe(false)
  })

  test('leaves datagrams in the kernel while it is paused, so that their sender notices', async () => {
    const { path, data, got, supply } = await start({ kind: 'datagram' })
    supply.pause()
    let count = 0
    expect(() => {
      for (; count < 10_000; count++) send(path, `${count}`)
    }).toThrow('EAGAIN')
    for (let i = 0; i < 10; i++) await turn()
    expect(data).toEqual([])
    supply.resume()
    await got(count)
  })

  test('cuts or skips a datagram that is too long', async () => {
    for (const [longLines, expected] of [
      ['cut', ['0123', 'ok']],
      ['skip', ['ok']],
    ] as const) {
      const { path, data, got, log } = await start({ kind: 'datagram', lineMax: 4, longLines })
      send(path, '0123456', 'ok')
      await got(expected.length)
      expect(data).toEqual(expected)
      expect(log.find(({ level }) => level === 'warn')?.message).toMatch(/a datagram is above lineMax \(4\)/)
    }
  })

  test('takes the place of a datagram socket at which nobody listens, and of no other', async () => {
    const path = join(temporary(), 'in.sock')
    if (!leftOver(path, 'SOCK_DGRAM')) return
    const { got } = await start({ path, kind: 'datagram' })
    await expect(start({ path, kind: 'datagram' })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    send(path, 'one')
    await got(1)
  })

  test('hands datagrams over that wait in the kernel', async () => {
    const old = await start({ kind: 'datagram' })
    old.supply.pause()
    send(old.path, 'one')
    const make = (train: ConstructorParameters<typeof UnixSupply>[0]) =>
      new UnixSupply<unknown>(train, { path: old.path, kind: 'datagram' })
    const next = await supplied(cleanups, make, { before: (supply) => supply.inherit(old.supply) })
    await old.stop()
    send(old.path, 'two')
    await next.got(2)
    expect([old.data, next.data]).toEqual([[], ['one', 'two']])
  })
}

test('hands a listening socket over', async () => {
  const old = await start()
  const make = (train: ConstructorParameters<typeof UnixSupply>[0]) =>
    new UnixSupply<unknown>(train, { path: old.path })
  const next = await supplied(cleanups, make, { before: (supply) => supply.inherit(old.supply) })
  await old.stop()
  await write(old.path, 'one\n')
  await next.got(1)
  await until(() => existsSync(old.path))
  await next.stop()
  expect(existsSync(old.path)).toBe(false)
})
