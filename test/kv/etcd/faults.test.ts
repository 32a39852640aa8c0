import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { Cleanups, until } from '../../support/supplied.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { faultProxy } from '../../support/fault-proxy.js'
import { makeCertificates } from '../../support/certificates.js'
import { temporary } from '../../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

if (hasEtcd) {
  describe('an etcd of the tests', () => {
    it('keeps what it had when it is killed and started again, and nothing when it is replaced', async () => {
      const etcd = await startEtcd()
      etcd.ctl('put', 'a', '1')
      await etcd.restart()
      expect(etcd.ctl('get', 'a')).toBe('a\n1\n')
      await etcd.replace()
      expect(etcd.ctl('get', 'a')).toBe('')
    })

    it('asks for users, and speaks TLS', async () => {
      const tls = makeCertificates(temporary())
      const etcd = await startEtcd({ rootPassword: 'secret', tls, asksForCertificate: true })
      expect(etcd.ctl('user', 'list')).toBe('root\n')
    })
  })
}

/** A server that sends back what it gets, a link to it, and a client on the link. */
async function start() {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => server.close())
  const proxy = await faultProxy((server.address() as AddressInfo).port)
  cleanups.add(() => proxy.close())
  const client = connect(proxy.port, proxy.host)
  let said = ''
  client.on('data', (chunk) => (said += String(chunk))).on('error', () => undefined)
  cleanups.add(() => client.destroy())
  return { proxy, client, said: () => said }
}

describe('a faulty link', () => {
  it('passes on until it is cut', async () => {
    const { proxy, client, said } = await start()
    client.write('abc')
    await until(() => said() === 'abc')
    proxy.cut()
    await until(() => client.destroyed)
    expect([proxy.connections, proxy.links]).toEqual([1, 0])
  })

  it('is cut after so many bytes, or instead of some', async () => {
    const first = await start()
    const cut = first.proxy.cutAfter(4)
    first.client.write('abcdef')
    await cut
    await until(() => first.client.destroyed)
    expect(first.said()).toBe('abcd')

    const second = await start()
    const instead = second.proxy.cutInstead((chunk) => chunk.includes('x'))
    second.client.write('abc')
    await until(() => second.said() === 'abc')
    second.client.write('x')
    await instead
    await until(() => second.client.destroyed)
    expect(second.said()).toBe('abc')
  })

  it('swallows in silence until it is healed', async () => {
    const { proxy, client, said } = await start()
    await until(() => proxy.links === 1)
    proxy.blackHole()
    client.write('abc')
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(said()).toBe('')
    proxy.heal()
    await until(() => said() === 'abc')
  })

  it('keeps the order when a delay ends', async () => {
    const { proxy, client, said } = await start()
    proxy.delay(20)
    client.write('a')
    await until(() => proxy.links === 1)
    proxy.delay(0)
    client.write('b')
    await until(() => said() === 'ab')
  })
})
