import { createRequire } from 'node:module'
import {
  Mapper,
  insert,
  itemGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { parseAddress } from '../lib/net/address.js'
import { fieldPath } from '../lib/text/field-path.js'
import { faultsOfIdea } from '../lib/text/idea.js'
import { InvalidDatumError } from '../lib/text/invalid-datum.js'

/** Configuration insert: what an operator may set. */
export const toIdeaBaseConfig = insert({
  category: { doc: 'What kind of event it is: `Attempt.Login`, `Recon.Scanning` …', format: 'strings' },
  description: { doc: 'What people read.', format: 'text', default: null },
  nodeName: { doc: 'Who detected it, such as `org.example.sensor`.', format: 'text' },
  nodeType: { doc: 'How it was detected: `Honeypot`, `Log`, `Flow` …', format: 'strings', default: [] },
  nodeSw: { doc: 'With which software.', format: 'strings', default: [] },
  detectTime: { doc: 'The field with the time of detection, text in ISO 8601.', format: 'text', default: 'time' },
  sourceIp: { doc: 'The field with the address where it came from, or a list of them.', format: 'text', default: 'ip' },
  sourcePort: { doc: 'The field with the port where it came from.', format: 'text', default: null },
  targetIp: { doc: 'The field with the address that it went to, or a list of them.', format: 'text', default: null },
  targetPort: { doc: 'The field with the port that it went to.', format: 'text', default: null },
  proto: { doc: 'The protocols: `tcp`, `ssh` …', format: 'strings', default: [] },
  connCount: { doc: 'The field with the number of connections.', format: 'text', default: null },
})

/** The operator's settings, where the id comes from, and where the message goes. */
export interface ToIdeaOptions<In, Out> extends Partial<Settings<typeof toIdeaBaseConfig>> {
  readonly category: readonly string[]
  readonly nodeName: string
  /** Reads the id of the message; by default each gets a random one. */
  readonly idGetter?: Getter<In, string>
  /** More keys of the message, which go before those of the settings. */
  readonly more?: (data: In) => object
  /** Puts the message in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, object, Out>
}

type Resolved<In, Out> = Required<Omit<ToIdeaOptions<In, Out>, 'more' | 'idGetter'>>

const DEFAULTS = {
  description: null,
  nodeType: [],
  nodeSw: [],
  detectTime: 'time',
  sourceIp: 'ip',
  sourcePort: null,
  targetIp: null,
  targetPort: null,
  proto: [],
  connCount: null,
  setter: wholeSetter,
}

/**
 * Make messages of IDEA, the Intrusion Detection Extensible Alert (https://idea.cesnet.cz), of what was detected.
 *
 * In: any datum with a time and the addresses that took part. Out: a message of version 0: its category and node are
 * those of the settings, its source and target those of the datum, and it was made now. What comes out is a good
 * message, or the datum fails.
 *
 * @throws {InvalidDatumError} `ERR_INVALID_DATUM`, from a turn: if it gives no good message, as without a time.
 * @example
 * const settings = { category: ['Attempt.Login'], nodeName: 'org.example.gate', proto: ['tcp', 'ssh'], targetPort: 'port' }
 * const toIdea = new ToIdea(train, { ...settings, idGetter: itemGetter('id') })
 * const [message] = toIdea.turn({ id: 'a1', time: '2026-11-21T09:00:00.000Z', ip: '192.0.2.7', port: '22' })
 * assert.deepEqual(message.Source, [{ IP4: ['192.0.2.7'], Proto: ['tcp', 'ssh'] }])
 * assert.deepEqual(message.Target, [{ Port: [22], Proto: ['tcp', 'ssh'] }])
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any datum with the fields that the settings name
export class ToIdea<In = any, Out = object> extends Mapper<In, Out, Resolved<In, Out>> {
  static readonly baseConfig = toIdeaBaseConfig
  private readonly idOf: Getter<In, string>
  private readonly moreOf: ((data: In) => object) | null
  private readonly fields: ReadonlyMap<string, Getter<In, unknown>>

  constructor(train: Winder, options: ToIdeaOptions<In, Out>) {
    const { idGetter = randomId, more = null, ...rest } = options
    super(train, { ...DEFAULTS, ...rest } as Resolved<In, Out>)
    this.idOf = idGetter
    this.moreOf = more
    const { detectTime, sourceIp, sourcePort, targetIp, targetPort, connCount } = this.options
    const names = Object.entries({ detectTime, sourceIp, sourcePort, targetIp, targetPort, connCount })
    this.fields = new Map(
      names.flatMap(([key, name]) => (name === null ? [] : [[key, itemGetter<In>(fieldPath(name))] as const])),
    )
  }

  one(data: In): Out {
    const { category, description, nodeName, nodeType, nodeSw, setter } = this.options
    const count = this.field(data, 'connCount')
    const message: Record<string, unknown> = {
      Format: 'IDEA0',
      ID: this.idOf(data),
      CreateTime: new Date(this.train.esc.wall()).toISOString(),
      DetectTime: this.field(data, 'detectTime'),
      Category: category,
      Description: description ?? undefined,
      ConnCount: count === undefined ? undefined : Number(count),
      Source: this.peer(data, 'source'),
      Target: this.peer(data, 'target'),
      Node: [{ Name: nodeName, Type: unlessEmpty(nodeType), SW: unlessEmpty(nodeSw) }],
      ...this.moreOf?.(data),
    }
    const bare = withoutUndefined(message)
    const faults = faultsOfIdea(bare)
    if (faults.length > 0) throw new InvalidDatumError('a message of IDEA', faults)
    return setter(data, bare)
  }

  /** One end; undefined where nothing is known of it. */
  private peer(data: In, end: 'source' | 'target'): object[] | undefined {
    const found = this.field(data, `${end}Ip`)
    const addresses = (Array.isArray(found) ? (found as unknown[]) : found === undefined ? [] : [found]).map(String)
    const port = this.field(data, `${end}Port`)
    if (addresses.length === 0 && port === undefined) return undefined
    // What is no address of version 6 is said to be wrong as one of version 4.
    const isSix = (address: string): boolean => parseAddress(address)?.family === 6
    return [
      {
        IP4: unlessEmpty(addresses.filter((address) => !isSix(address))),
        IP6: unlessEmpty(addresses.filter(isSix)),
        Port: port === undefined ? undefined : [Number(port)],
        Proto: unlessEmpty(this.options.proto),
      },
    ]
  }

  private field(data: In, key: string): unknown {
    return this.fields.get(key)?.(data) ?? undefined
  }
}

function unlessEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list
}

/** A message as it is written: what isn't known isn't there. */
function withoutUndefined(message: object): object {
  return JSON.parse(JSON.stringify(message)) as object
}

/** From node:crypto with the first message: it would keep every start waiting. */
function randomId(): string {
  const { randomUUID } = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto')
  return randomUUID()
}
