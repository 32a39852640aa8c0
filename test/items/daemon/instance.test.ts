import { expect, test } from '@jest/globals'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileLock } from '../../../lib/files/file-lock.js'
import { Instance } from '../../../lib/items/daemon/instance.js'
import { temporary } from '../../support/temporary.js'

const withLocks = FileLock.works ? test : () => undefined // Without the binding there is no lock.

function start() {
  const home = temporary()
  const take = async (store = 'lamp', alias = 'main'): Promise<Instance> => await Instance.take({ home, store, alias })
  const file = (path: string): string => join(home, 'daemon', path)
  return { home, take, file }
}

test('a daemon has its UUID and its ports from run to run, in the files of mKTL', async () => {
  const { take, file } = start()
  const first = await take()
  expect(first.ports).toEqual({ rep: null, pub: null })
  await first.keepPorts({ rep: 10080, pub: 10140 })
  first.release()
  expect(readFileSync(file('store/lamp/main.uuid'), 'utf8')).toBe(first.uuid)
  expect(readFileSync(file(`port/lamp/${first.uuid}.req`), 'utf8')).toBe('10080\n')
  expect(readFileSync(file(`port/lamp/${first.uuid}.pub`), 'utf8')).toBe('10140\n')
  const second = await take()
  expect([second.uuid, second.ports]).toEqual([first.uuid, { rep: 10080, pub: 10140 }])
  second.release()
})

withLocks('a second instance is refused, with what to do, and another alias is not', async () => {
  const { take, file } = start()
  const first = await take()
  const told = `the daemon main of lamp runs already: process ${process.pid} has the lock ${file('store/lamp/main.lock')}; stop it`
  await expect(take()).rejects.toThrow(told)
  await expect(take()).rejects.toThrow(expect.objectContaining({ code: 'ERR_IN_USE' }))
  const others = [await take('lamp', 'other'), await take('desk', 'main')]
  expect(new Set([first, ...others].map(({ uuid }) => uuid)).size).toBe(3)
  first.release()
  ;(await take()).release()
  others.forEach((other) => other.release())
})

test('a UUID that is none is told, and gives the lock back', async () => {
  const { take, file } = start()
  ;(await take()).release()
  writeFileSync(file('store/lamp/main.uuid'), 'x')
  await expect(take()).rejects.toThrow(`${file('store/lamp/main.uuid')} must hold a UUID: it holds "x"; remove it, and`)
  writeFileSync(file('store/lamp/main.uuid'), '06C90EDE-ca4f-4aa3-9729-037e3b75d93d\n')
  expect((await take()).uuid).toBe('06c90ede-ca4f-4aa3-9729-037e3b75d93d')
})

test('the ports of other daemons are known, and what is no port is passed over', async () => {
  const { take, file } = start()
  const [first, second] = [await take(), await take('desk')]
  await first.keepPorts({ rep: 10079, pub: 10139 })
  await second.keepPorts({ rep: 10080, pub: 10140 })
  mkdirSync(file('port/old'))
  writeFileSync(file('port/old/a.req'), '10081\n')
  writeFileSync(file('port/old/b.req'), '0\n')
  writeFileSync(file('port/old/c.req'), '99999\n')
  writeFileSync(file('port/old/d.req'), 'nope')
  writeFileSync(file('port/stray'), '')
  expect([...first.portsOfOthers].sort()).toEqual([10080, 10081, 10140])
  first.release()
  second.release()
})

test('what lies among the ports and is no file is passed over', async () => {
  const home = temporary()
  const instance = await Instance.take({ home, store: 'lamp', alias: 'main' })
  mkdirSync(join(home, 'daemon', 'port', 'lamp', 'old'))
  writeFileSync(join(home, 'daemon', 'port', 'lamp', 'other.req'), '10080\n')
  expect([...instance.portsOfOthers]).toEqual([10080])
  instance.release()
})
