// Messages of broken and hostile peers, by the thousand, into whole daemons, registries and clients: none dies of it, nothing
// stays of it, and each does its work afterwards. Nothing here names another address than 127.0.0.1.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Directory } from '../../../lib/items/discovery/directory.js'
import { RegistryDaemon } from '../../../lib/items/discovery/registry-daemon.js'
import { Item, ItemDaemon, Store, type DaemonOptions } from '../../../lib/items/index.js'
import { DaemonLink } from '../../../lib/items/remote/daemon-link.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { Draw } from '../../../lib/numbers/draw.js'
import { KeyPair, parseJson } from '../../../lib/wire/index.js'
import { zmq } from '../../../lib/wire/zmq.js'
import { bytesOf, captured } from '../../support/captured-frames.js'
import { below, heapUsed, mutate } from '../../support/mutate.js'
import { RawClient } from '../../support/raw-wire.js'
import { temporary } from '../../support/temporary.js'
import { afterTest } from '../../support/wire.js'
import { ITEMS } from '../conformance/unittest-daemon.js'

/** `npm run soak` sends 100,000. */
const COUNT = Number(process.env['ITEM_MUTATIONS'] ?? 2000)
const TOGETHER = 100
const draw = new Draw(Number(process.env['ITEM_SEED'] ?? 6))

const failures: unknown[] = []
const note = (error: unknown): void => void failures.push(error)
beforeEach(() => {
  failures.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
  expect(failures).toEqual([])
})

const esc = new Escapement()
const usual = { esc, log: silentLogger, port: 0, pubPort: 0 }

class Unittest extends ItemDaemon {
  override setup(): void {
    this.addItem(Item, 'image', { type: 'bulk' })
    this.addItem(Item, 'list', { type: 'numeric array', initial: [1, 2] })
    this.store.methods.set('add', { doc: 'A sum.', params: ['a', 'b'], call: ([a, b]) => Number(a) + Number(b) })
    this.store.methods.set('count', {
      doc: 'Numbers from 1 to 100.',
      async *call() {
        for (let n = 1; n <= 100; n++) yield await Promise.resolve(n)
      },
    })
  }
}

async function startDaemon(options: DaemonOptions = {}) {
  const daemon = new Unittest('unittest', 'unittest')
  afterTest(() => daemon.stop())
  await daemon.start({ ...usual, home: temporary(), items: ITEMS, ...options })
  const { rep, pub } = daemon.ports as { rep: number; pub: number }
  return { daemon, rep, pub }
}

/** How many descriptors are open. */
const descriptors = (): number => readdirSync('/proc/self/fd').length

/** Play so many in batches; from the first half on nothing may grow. */
async function play(count: number, batch: (size: number) => Promise<void>): Promise<void> {
  let before = { descriptors: descriptors(), heap: heapUsed() }
  const batches = Math.max(2, Math.ceil(count / TOGETHER))
  for (let n = 0; n < batches; n++) {
    if (n === Math.floor(batches / 2)) before = { descriptors: descriptors(), heap: heapUsed() }
    await batch(TOGETHER)
  }
  // Sockets are gone some time after they were closed.
  while (descriptors() - before.descriptors >= 20) await new Promise(setImmediate)
  expect(heapUsed() - before.heap).toBeLessThan(6e6)
}

const text = (...frames: string[]): Buffer[] => bytesOf(frames)
const asked = (type: string, target: string, payload?: unknown, ...bulk: Buffer[]): Buffer[] => [
  ...text('a', 'x', type, target, '', payload === undefined ? '' : JSON.stringify(payload)),
  ...bulk,
]
const BLOCK = {
  ...{ store: 'other', alias: 'main', uuid: '06c90ede-ca4f-4aa3-9729-037e3b75d93d', time: 1795294147.8, hash: 7 },
  items: { level: { type: 'numeric', units: { '': 'V', formatted: 'mV' } }, mode: { enumerators: { 0: 'off' } } },
  provenance: [{ stratum: 0, hostname: '127.0.0.1', rep: 9, pub: 9 }],
}
const REQUESTS: Buffer[][] = [
  ...captured.map(({ sent }) => bytesOf(sent)),
  asked('CALL', 'unittest.add', { args: [1, 2], named: {}, deadline: 5, time: 1795294147, key: 'k' }),
  asked('CALL', 'unittest.count', { args: [] }),
  asked('CALL', 'unittest._cancel', { args: ['x'] }),
  asked('CALL', 'unittest._more', { args: ['x', 64] }),
  asked('CALL', 'unittest.$schema', { args: [] }),
  asked('SET', 'unittest.image', { shape: [2, 2], dtype: 'int16' }, Buffer.alloc(8, 1)),
  asked('SET', 'unittest.list', { value: [1, [2], { a: 1 }, null, '3'] }),
  asked('SET', 'unittest.angle', { value: '1:02:03.4', time: 0, deadline: 1e9, _user: 'ann' }),
  asked('GET', 'unittest._unittestcat', { refresh: true }),
  asked('GET', 'unittest._hash'),
  asked('GET', '_hash'),
  asked('GET', 'unittest._catalog'),
  asked('SET', '_catalog', { value: BLOCK }),
  text('a', 'o', 'SET', 'unittest.number', '{"value": 6}', ''),
  text('a', 'o', 'HASH', 'unittest', '', ''),
  text('a', 'o', 'CONFIG', 'unittest', '', ''),
  text('a', 'o', 'CONFIG', 'other', JSON.stringify(BLOCK), ''),
]

/** A block may have become any, but for where its daemon is: nobody else is to be called. */
function isSafe(frames: readonly Buffer[]): boolean {
  return frames.every((frame) => {
    const found = frame.toString('latin1').match(/hostname"\s*:\s*"[^"]*"/g) ?? []
    return found.every((one) => one.endsWith('"127.0.0.1"')) && !/rep"\s*:\s*(?!9\b)/.test(frame.toString('latin1'))
  })
}

function mutated(): Buffer[] {
  for (;;) {
    const frames = mutate(draw, REQUESTS[below(draw, REQUESTS.length)] as Buffer[])
    if (frames.length > 0 && isSafe(frames)) return frames
  }
}

/** Send so many by a connection of their own, and wait until the last one, a good one, is answered. */
async function storm(port: number, size: number): Promise<void> {
  const raw = new RawClient(port)
  for (let n = 0; n < size; n++) await raw.send(...mutated())
  await raw.send(...asked('GET', '_hash').with(1, Buffer.from('fence')))
  for (;;) {
    const [, id, type, ...frames] = await raw.receive()
    if (id !== 'fence' || type !== 'REP') continue
    expect(frames.join(' ')).toContain('"value"') // In either dialect: what was sent before says in which.
    break
  }
  raw.close()
}

test(`${COUNT} requests to a daemon`, async () => {
  const { daemon, rep } = await startDaemon()
  await play(COUNT, (size) => storm(rep, size))
  const raw = new RawClient(rep)
  await raw.send(...asked('SET', 'unittest.number', { value: 44 }))
  while ((await raw.receive())[2] !== 'REP');
  expect(daemon.store.item('number').value).toBe(44)
})

test('requests and datagrams to a registry, which is found afterwards', async () => {
  const registry = new RegistryDaemon('here')
  afterTest(() => registry.stop())
  await registry.start({ ...usual, home: temporary(), registryPort: 0, daemonPort: 0, broadcast: 'off', ackMs: 50 })
  const ports = Object.values(registry.calledAt)
  const WORDS = ['Aloha mKTL', 'I heard it', 'E komo mai:10079', 'on the X:1'].map((words) => Buffer.from(words))
  const socket = createSocket('udp4')
  afterTest(() => void socket.close())
  await play(COUNT / 2, async (size) => {
    for (let n = 0; n < size; n++) {
      const [datagram = Buffer.alloc(0)] = mutate(draw, [WORDS[below(draw, WORDS.length)] as Buffer])
      for (const port of ports) {
        await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve))
      }
    }
    await storm(registry.ports?.rep ?? 0, size)
  })
  for (const port of ports) {
    const caller = createSocket('udp4')
    caller.send('Aloha mKTL', port, '127.0.0.1')
    const [answer] = (await once(caller, 'message')) as [Buffer]
    expect(answer.toString()).toBe(`E komo mai:${registry.ports?.rep}`)
    caller.close()
  }
})

test('publications to a client, which hears what follows them', async () => {
  const { rep } = await startDaemon()
  const publisher = new (zmq().Publisher)({ linger: 0, sendHighWaterMark: 0 })
  afterTest(() => publisher.close())
  await publisher.bind('tcp://127.0.0.1:*')
  const pubPort = Number(publisher.lastEndpoint?.split(':').at(-1))
  const link = new DaemonLink({ esc, store: 'unittest', host: '127.0.0.1', port: rep, pubPort, ackMs: 15_000 })
  const store = new Store('unittest', esc, { link, log: silentLogger })
  afterTest(() => {
    store.close()
    link.close()
  })
  const keys = ['number', 'angle', 'mask', 'enumerated', 'boolean', 'typeless', 'list', 'image']
  const heard = new Map<string, unknown>()
  let wake = (): void => undefined
  for (const key of keys) {
    const item = new Item(store, key, ITEMS[key])
    item.subscribe((value) => {
      heard.set(key, value)
      wake()
    })
  }
  const PUBLICATIONS = keys.map((key, i) => [
    ...text(`unittest.${key}.`, 'a', JSON.stringify({ value: [1, 'a', null, [1], { a: 1 }][i % 5], time: 5, _seq: i })),
  ])
  PUBLICATIONS.push([
    ...text('unittest.image.', 'a', '{"shape":[2,2],"dtype":"int16","time":1,"_seq":1,"_boot":"b"}'),
    Buffer.alloc(8),
  ])
  let last = 0
  const fence = async (): Promise<void> => {
    const value = `fence ${++last}`
    while (heard.get('typeless') !== value) {
      const isHeard = new Promise<void>((resolve) => (wake = resolve))
      await publisher.send(text('unittest.typeless.', 'a', JSON.stringify({ value, time: 1e9 + last })))
      await Promise.race([isHeard, new Promise(setImmediate)]) // Until it has subscribed, nothing reaches it.
    }
  }
  await fence()
  await play(COUNT / 2, async (size) => {
    for (let n = 0; n < size; n++) {
      const frames = mutate(draw, PUBLICATIONS[below(draw, PUBLICATIONS.length)] as Buffer[])
      if (frames.length > 0) await publisher.send(frames)
    }
    await fence()
  })
})

test('files and catalogs of blocks to who looks for daemons, and finds them', async () => {
  const { daemon, rep } = await startDaemon()
  const home = temporary()
  const folder = join(home, 'client', 'cache', 'unittest')
  mkdirSync(folder, { recursive: true })
  const options = { esc, log: silentLogger, home, runtimeDirectory: home, broadcast: 'off' as const, ackMs: 1000 }
  const directory = new Directory({ ...options, registries: [] })
  const own = daemon.store.item('_unittestcat').value as { readonly provenance: object }
  const texts = [JSON.stringify(own), JSON.stringify({ ...BLOCK, store: 'unittest', provenance: own.provenance })]
  await play(COUNT / 10, async (size) => {
    for (let n = 0; n < size; n++) {
      const [frame = Buffer.alloc(0)] = mutate(draw, [Buffer.from(texts[below(draw, texts.length)] as string)])
      writeFileSync(join(folder, `${n}.json`), placed(frame, own.provenance))
    }
    writeFileSync(join(folder, 'own.json'), JSON.stringify(own))
    const located = await directory.locate('unittest').catch((error: unknown) => (error as { code: string }).code)
    if (located !== 'ERR_AMBIGUOUS') expect((located as unknown as [{ place: object }])[0].place).toMatchObject({ rep })
  })
})

/** What can be read as a block says that its daemon is here. */
function placed(frame: Buffer, provenance: object): string | Buffer {
  try {
    const block = parseJson(frame.toString()) as object | null
    return typeof block === 'object' && block !== null ? JSON.stringify({ ...block, provenance }) : frame
  } catch {
    return frame
  }
}

test('strangers get no answer from a daemon with keys, whatever they send; who is known does', async () => {
  const [server, known, stranger] = [KeyPair.make(), KeyPair.make(), KeyPair.make()]
  const curve = { keys: server, nameOf: (key: string) => (key === known.publicKey ? 'anna' : null) }
  const { rep, pub } = await startDaemon({ curve })
  const keysOf = ({ publicKey, secretKey }: KeyPair, serverKey = server.publicKey): object => ({
    ...{ curvePublicKey: publicKey, curveSecretKey: secretKey, curveServerKey: serverKey },
  })
  const strangers = [{}, keysOf(stranger), keysOf(known, stranger.publicKey)]
  const answers: string[][] = []
  await play(COUNT / 4, async (size) => {
    const clients = strangers.map((options) => new RawClient(rep, options))
    for (const one of clients)
      void one.receive().then(
        (answer) => answers.push(answer),
        () => undefined,
      )
    for (let n = 0; n < size; n++) void clients[n % clients.length]?.send(...mutated()).catch(() => undefined)
    // Bytes that are none of ZeroMQ's, or not long.
    const greeting = Buffer.from(`ff00000000000000017f0301${Buffer.from('CURVE').toString('hex')}`, 'hex')
    for (const port of [rep, pub]) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      socket.end(Buffer.concat(mutate(draw, [greeting, ...mutated()])))
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
    }
    const friend = new RawClient(rep, keysOf(known))
    await friend.send(...asked('GET', '_hash').with(1, Buffer.from('fence')))
    while ((await friend.receive())[2] !== 'REP');
    for (const one of [...clients, friend]) one.close()
  })
  expect(answers).toEqual([])
})
