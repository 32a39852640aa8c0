import { ItemDaemon } from '../../../lib/items/daemon/item-daemon.js'
import { Asking, curveFor } from '../../../lib/items/discovery/asking.js'
import { Escapement, silentLogger as log } from '../../../lib/movement/index.js'
import { KeyPair } from '../../../lib/wire/index.js'
import { temporary } from '../../support/temporary.js'
import { blockAt } from './blocks.js'
import { closeAll, closing, deadPort, fakeDaemon } from './fake-daemon.js'

afterEach(closeAll)
const asking = new Asking({ esc: Escapement.instance, ackMs: 300 })

test('a block whose daemon has its hash is as good as new, and is not sent again', async () => {
  const daemon = await fakeDaemon()
  const { block } = daemon
  const place = { host: '127.0.0.1', rep: daemon.port, pub: daemon.port + 1 }
  expect(await asking.confirm(block)).toEqual({ is: 'live', located: { block, place } })
  expect(daemon.asked).toEqual(['lamp._hash'])
})

test('of one that has changed the new block is asked for', async () => {
  const daemon = await fakeDaemon()
  const before = daemon.block
  daemon.block = { ...before, hash: 99, items: { other: {} } }
  expect(await asking.confirm(before)).toMatchObject({ is: 'live', located: { block: daemon.block } })
})

test('where another daemon listens by now it is gone', async () => {
  const daemon = await fakeDaemon()
  expect(await asking.confirm({ ...daemon.block, uuid: 'other' })).toEqual({ is: 'gone' })
  expect(await asking.confirm({ ...daemon.block, store: 'other' })).toEqual({ is: 'gone' })
  expect(await asking.confirm({ ...daemon.block, provenance: [] })).toEqual({ is: 'gone' })
})

test('where nobody listens it is silent', async () => {
  expect(await asking.confirm(blockAt(await deadPort()))).toMatchObject({ is: 'silent', error: { code: 'ERR_NO_ACK' } })
})

test('what is taken back ends at once, though nobody answers', async () => {
  const patient = new Asking({ esc: Escapement.instance, ackMs: 5_000 })
  const block = blockAt(await deadPort())
  const closed = new AbortController()
  const asked = [
    patient.blocksAt({ host: '127.0.0.1', rep: 1 }, 'lamp', closed.signal),
    patient.confirm(block, closed.signal),
  ]
  closed.abort(new Error('the store is closed'))
  const [blocks, verdict] = await Promise.allSettled(asked)
  expect(blocks).toMatchObject({ status: 'rejected', reason: { message: 'the store is closed' } })
  expect(verdict).toMatchObject({ value: { is: 'silent', error: { message: 'the store is closed' } } })
})

test('blocks that can not be used are left out, and those of other stores', async () => {
  const daemon = await fakeDaemon()
  const { block, port } = daemon
  daemon.block = { ...block, provenance: [] }
  expect(await asking.blocksAt({ host: '127.0.0.1', rep: port }, 'lamp')).toEqual([])
  expect(await asking.storesAt({ host: '127.0.0.1', rep: port })).toEqual(['lamp'])
})

test('who asks for encryption is told from who has no key', () => {
  const place = { host: 'lab', rep: 7, pub: 8, curve: 'x'.repeat(40) }
  expect(() => curveFor(place, {})).toThrow('the daemon at lab:7 asks for encryption')
  expect(curveFor({ host: 'lab', rep: 7, pub: 8 }, {})).toBeUndefined()
})

test('one who must have another key than it is said to have is not asked', () => {
  const [known, said] = ['x'.repeat(40), 'y'.repeat(40)]
  const place = { host: 'lab', rep: 7, pub: 8, curve: said }
  const options = { serverKey: known }
  expect(() => curveFor(place, options)).toThrow(`lab:7 must have the key ${known}, which is known here: it is said to`)
})

test('where trust is strict one whose key is not known is not asked, nor one that has none', () => {
  const keys = KeyPair.make()
  const [key, place] = ['x'.repeat(40), { host: 'lab', rep: 7, pub: 8 }]
  const strict = { keys, trust: 'strict' } as const
  expect(() => curveFor({ ...place, curve: key }, strict)).toThrow(`lab:7 is not asked, as its key is not known here`)
  expect(() => curveFor(place, strict)).toThrow('it is said to have none')
  expect(curveFor(place, { ...strict, serverKey: key })).toEqual({ keys, serverKey: key })
  expect(curveFor({ ...place, curve: key }, { keys })).toEqual({ keys, serverKey: key })
})

test('a daemon tells of its methods; one of mKTL has none, and knows no such question', async () => {
  class Lamp extends ItemDaemon {
    override setup(): void {
      this.store.methods.set('flash', { doc: 'Flash once.', params: ['times'], call: () => null })
    }
  }
  const lamp = new Lamp('lamp')
  await lamp.start({ home: temporary(), log, port: 0, pubPort: 0 })
  closing({ close: () => lamp.stop() })
  const place = { host: '127.0.0.1', rep: 0, pub: 0, ...lamp.ports }
  const flash = { name: 'flash', doc: 'Flash once.', params: ['times'] }
  expect(await asking.methodsAt(place, 'lamp')).toContainEqual(flash)
  const daemon = await fakeDaemon()
  await expect(asking.methodsAt({ ...place, rep: daemon.port }, 'lamp')).rejects.toThrow('is of another store')
})
