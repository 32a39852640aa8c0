// What a registry in Python was seen to answer once a daemon had announced itself, and what ours answers.
import { afterAll, expect, test } from '@jest/globals'
import { RegistryDaemon } from '../../../lib/items/index.js'
import { parseJson } from '../../../lib/wire/index.js'
import { silentLogger as log } from '../../../lib/movement/index.js'
import { bytesOf, captured } from '../../support/captured-frames.js'
import { RawClient, type RawReply } from '../../support/raw-client.js'
import { temporary } from '../../support/temporary.js'

const exchanges = captured.filter(({ at }) => at === 'registry')
const DAEMON = '06c90ede-ca4f-4aa3-9729-037e3b75d93d'
/** Of 128 bits: no number of ours has as many, and it must not be rounded. */
const HASH = 154987922404031534025949415833612942143n

/** The payload of a captured REP. */
function payloadOf(name: string): { readonly value: Readonly<Record<string, object>> } {
  const frames = exchanges.find((one) => one.name === name)?.received.at(-1)
  return parseJson(Buffer.from(frames?.[5] ?? '', 'latin1').toString()) as ReturnType<typeof payloadOf>
}

/** What ours answers in each of them, and where that is something else. */
const OURS: Readonly<Record<string, object>> = {
  // Its own block has another UUID and hash.
  'hash bare': { value: { unittest: { [DAEMON]: HASH }, 'registry:localhost': expect.any(Object) } },
  // Theirs knows the hash of its own store only, so that each client goes on to the daemon to ask for it.
  'hash store': { value: { unittest: { [DAEMON]: HASH } } },
  catalog: {
    value: {
      [DAEMON]: {
        ...(payloadOf('catalog').value[DAEMON] as object),
        provenance: [
          { stratum: 0, hostname: 'localhost', rep: 10080, pub: 10140 },
          { stratum: 1, hostname: 'localhost', rep: expect.any(Number) },
        ],
      },
    },
  },
  // There is no such store: a name that nothing has.
  'catalog unknown': { error: expect.objectContaining({ type: 'KeyError' }) },
  'get item at registry': { error: expect.objectContaining({ type: 'ValueError' }) },
}

const registries: RegistryDaemon[] = []
afterAll(() => Promise.all(registries.map((registry) => registry.stop())))

async function start(): Promise<RawClient> {
  const registry = new RegistryDaemon('localhost')
  registries.push(registry)
  const ports = { port: 0, pubPort: 0, registryPort: 0, daemonPort: 0 }
  await registry.start({ ...ports, log, home: temporary(), advertise: 'localhost', broadcast: 'off' })
  return new RawClient(registry.ports?.rep ?? 0)
}

const read = ({ frames }: RawReply): unknown => (frames[5] === '' ? null : parseJson(frames[5] ?? ''))

test('each exchange with a registry goes as it was seen to go, or as we say', async () => {
  const client = await start()
  const announced = { ...payloadOf('catalog').value[DAEMON], provenance: [{ stratum: 0, hostname: 'localhost', rep: 10080, pub: 10140 }] } // prettier-ignore
  const text = JSON.stringify({ value: { ...announced, hash: 'HASH' } }).replace('"HASH"', String(HASH))
  expect((await client.ask('SET', '_catalog', text)).payload).toEqual({ value: true })
  for (const { name, sent, received } of exchanges) {
    await client.send(...bytesOf(sent))
    const [ack, reply] = [await client.next(), await client.next()]
    expect([name, ack.frames]).toEqual([name, received[0]])
    expect([name, reply.frames.slice(0, 5)]).toEqual([name, received[1]?.slice(0, 5)])
    expect([name, read(reply)]).toEqual([name, OURS[name]])
  }
  expect(exchanges.map(({ name }) => name)).toEqual(Object.keys(OURS))
})
