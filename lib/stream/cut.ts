/** A train in parts on many nodes: between them lies a stream, one for each cut, which its part before it makes. */
import { hostname } from 'node:os'
import { ConfigError } from '../errors/index.js'
import { TrainError, describeValue, type Cut, type CutEnds, type Getter, type Winder } from '../movement/index.js'
import { isJson } from '../movement/cut/is-json.js'
import { Claim, type ClaimOptions, type ClaimTarget } from './claim.js'
import type { CutSettings } from './cut-config.js'
import { SENDING_DEFAULTS, StreamDrain, type StreamDrainOptions } from './stream-drain.js'
import { StreamSupply } from './stream-supply.js'
import type { StreamSupplyOptions } from './stream-supply-config.js'
import type { StreamMessage } from './puller.js'

/** Which part runs. */
interface Part {
  readonly name: string
  readonly side: 'before' | 'after'
}

/**
 * What stands at the cuts of an app's train, by its settings; null if all of it runs here.
 *
 * @throws {RangeError} If a part or a partition can't be read.
 */
export function cutEnds(settings: CutSettings, app: string): ((train: Winder) => CutEnds) | null {
  const parts = settings.parts.map(partOf)
  if (parts.length === 0) return null
  const twice = parts.find(({ name }, i) => parts.findIndex((part) => part.name === name) < i)
  if (twice !== undefined)
    throw new ConfigError([
      `cut.parts must name a cut once: ${twice.name} is there twice; without any, all of it runs here`,
    ])
  const chosen = settings.partitions.flatMap(rangeOf)
  return (train) => ({
    names: parts.map(({ name }) => name),
    at: (cut) => {
      const part = parts.find(({ name }) => name === cut.name)
      if (part === undefined) return null
      if (part.side === 'before') return { end: new CutDrain(train, drainOptions(settings, app, cut)) }
      const partitions = partitionsOf(cut, chosen)
      const beginnings = partitions.map(
        (partition) => new CutSupply(train, supplyOptions(settings, app, cut, partition)),
      )
      return { beginnings }
    },
  })
}

/**
 * The partition of a key, the same wherever it is asked: FNV-1a of its text, by the number of partitions.
 *
 * @example
 * assert.equal(partitionOf('192.0.2.1', 8), partitionOf('192.0.2.1', 8))
 */
export function partitionOf(key: string | number, partitions: number): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(String(key))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % partitions
}

interface CutDrainOptions extends StreamDrainOptions {
  readonly keyGetter: Getter<never, string | number> | null
  readonly partitions: number
}

/** The end of the part before a cut. */
class CutDrain extends StreamDrain<unknown, CutDrainOptions> {
  /** @throws {TypeError} If it is no JSON, or its key is none. */
  take(data: unknown): void {
    const { subject, keyGetter, partitions } = this.options
    if (!isJson(data)) throw new TypeError(`what crosses a cut must be JSON: it is ${describeValue(data)}`)
    let partition = 0
    if (keyGetter !== null) {
      const key = keyGetter(data as never) as unknown
      if (typeof key !== 'string' && typeof key !== 'number')
        throw new TypeError(`a key must be a text or a number: it is ${describeValue(key)}`)
      partition = partitionOf(key, partitions)
    }
    const payload = Buffer.from(JSON.stringify(data))
    this.publish(`${subject}.${partition}`, payload, this.train.identity(payload))
  }

  override toString(): string {
    return `${this.constructor.name}(${this.session.name}, stream=${this.options.stream})`
  }
}

interface CutSupplyOptions extends StreamSupplyOptions {
  /** Of all partitions: whoever comes first makes the stream. */
  readonly subjects: readonly string[]
  /** How a partition is claimed; null where all share the work. */
  readonly claim: Omit<ClaimOptions, 'requestMs' | 'storage' | 'replicas'> | null
}

/** A beginning of the part behind it. */
class CutSupply extends StreamSupply<unknown, CutSupplyOptions> {
  protected override readonly claim: Claim | null

  constructor(train: Winder, { claim, ...options }: CutSupplyOptions) {
    super(train, { ...options, claim })
    const { esc, log } = this.train
    const target: ClaimTarget = {
      gained: (link) => this.pull(link),
      lost: () => this.unclaimed(),
      broken: (error) => this.session.break(error),
    }
    this.claim = claim === null ? null : new Claim(esc, log, { ...options, ...claim }, target)
  }

  override toString(): string {
    const { stream, consumer } = this.options
    return `${this.constructor.name}(${this.session.name}, stream=${stream}, consumer=${consumer})`
  }

  protected override subjectsOfStream(): readonly string[] {
    return this.options.subjects
  }

  protected dataOf({ data }: StreamMessage): unknown {
    return JSON.parse(data.toString())
  }
}

function partOf(text: string): Part {
  const [, name = '', side] = /^([a-z][a-z0-9-]*):(before|after)$/.exec(text) ?? []
  if (side === undefined)
    throw new ConfigError([`cut.parts must be NAME:before or NAME:after: one of them is ${JSON.stringify(text)}`])
  return { name, side: side as Part['side'] }
}

/** The numbers of `7` or `0-3`. */
function rangeOf(text: string): number[] {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  const count = Number(last) - Number(first) + 1
  if (first === '' || count < 1)
    throw new ConfigError([`cut.partitions must be numbers and ranges, as 0-3: one of them is ${JSON.stringify(text)}`])
  return Array.from({ length: count }, (_, i) => Number(first) + i)
}

/** Which consumers are pulled from: one for all where there are no keys. */
function partitionsOf({ name, keyGetter, partitions = 1 }: Cut, chosen: readonly number[]): readonly (number | null)[] {
  if (keyGetter === undefined) {
    if (chosen.length === 0) return [null]
    const advice = 'leave them out, as all nodes share its work, or give it a keyGetter and partitions'
    throw new ConfigError([`cut.partitions are those of a cut with keys, and cut('${name}') has none: ${advice}`])
  }
  const wrong = chosen.find((partition) => partition >= partitions)
  if (wrong !== undefined)
    throw new TrainError(`cut('${name}') has ${partitions} partitions, from 0: there is none with the number ${wrong}`)
  return chosen.length > 0 ? [...new Set(chosen)] : Array.from({ length: partitions }, (_, i) => i)
}

function common(settings: CutSettings, app: string, { name, keyGetter }: Cut) {
  const { prefix, messagesMax, parts: _parts, partitions: _partitions, ...rest } = settings
  return {
    ...rest,
    stream: `${prefix}-${app}-${name}`,
    subject: `${prefix}.${app}.${name}`,
    create: true,
    retention: 'workqueue' as const,
    messagesMax: keyGetter === undefined ? messagesMax : null,
  }
}

function drainOptions(settings: CutSettings, app: string, cut: Cut): CutDrainOptions {
  const options = common(settings, app, cut)
  const { keyGetter = null, partitions = 1 } = cut
  const { subject } = options
  return {
    ...SENDING_DEFAULTS,
    ...options,
    subjects: [`${subject}.*`],
    retriesMax: null,
    keyGetter,
    partitions,
  }
}

function supplyOptions(settings: CutSettings, app: string, cut: Cut, partition: number | null): CutSupplyOptions {
  const { subject, ...options } = common(settings, app, cut)
  const { stream, leaseMs } = options
  const subjects = [`${subject}.*`]
  if (partition === null)
    return { ...options, subjects, consumer: 'after', subject: `${subject}.*`, identity: 'messageId', claim: null }
  const claim = {
    stream: `${stream}-owners`,
    subjects: `${subject}.owner.*`,
    subject: `${subject}.owner.${partition}`,
    about: `partition ${partition} of cut('${cut.name}')`,
    who: `${hostname()} ${process.pid}`,
    leaseMs,
  }
  const consumer = `after-${partition}`
  return { ...options, subjects, consumer, subject: `${subject}.${partition}`, identity: 'messageId', claim }
}
