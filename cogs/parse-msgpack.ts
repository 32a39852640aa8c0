import { Decoder } from '@msgpack/msgpack'
import {
  Modifier,
  describeValue,
  insert,
  requireAtLeast,
  toError,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Setter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { measureMsgpack } from '../lib/text/msgpack-shape.js'

/** Configuration insert: what an operator may set. */
export const parseMsgpackBaseConfig = insert({
  bytesMax: { doc: 'The longest message.', format: 'size', min: 1, default: '1MiB', live: true },
  depthMax: { doc: 'How deeply lists and maps may be nested.', format: 'nat', min: 1, default: 100, live: true },
})

/** The operator's settings, where the bytes are, and where the value goes. */
export interface ParseMsgpackOptions<In, Out> extends Partial<Settings<typeof parseMsgpackBaseConfig>> {
  /** Reads the bytes; by default the datum is the bytes. */
  readonly getter?: Getter<In, Uint8Array>
  /** Puts the value in; by default it takes the place of the datum. */
  readonly setter?: Setter<In, unknown, Out>
}

type Resolved<In, Out> = Required<ParseMsgpackOptions<In, Out>>

const DEFAULTS = { bytesMax: 1_048_576, depthMax: 100, getter: wholeGetter, setter: wholeSetter }

/**
 * Parse a message of MessagePack.
 *
 * In: bytes, or any datum that holds some. Out: the one value that they are. Times are Dates, binary data Uint8Arrays.
 * A whole number that JavaScript can't hold exactly is a bigint. Every length that a message claims is checked before
 * anything is made of it.
 *
 * @throws {SyntaxError} From a turn: if it is no MessagePack, if it ends too early, or if something follows; also if a
 * key is no text and no number, or is `__proto__`.
 * @throws {RangeError} From a turn: if it is longer than `bytesMax` or nested deeper than `depthMax`. From the
 * constructor: if these are below 1.
 * @throws {TypeError} From a turn: if there are no bytes.
 * @example
 * const parse = new ParseMsgpack(train)
 * assert.deepEqual(parse.turn(Uint8Array.of(0x81, 0xa1, 0x61, 0x07)), [{ a: 7 }])
 */
export class ParseMsgpack<In = Uint8Array, Out = unknown> extends Modifier<
  In,
  Uint8Array,
  unknown,
  Out,
  Resolved<In, Out>
> {
  static readonly baseConfig = parseMsgpackBaseConfig
  private readonly decoder = new Decoder({ useBigInt64: true, mapKeyConverter: keyOf })

  constructor(train: Winder, options: ParseMsgpackOptions<In, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Out>)
    requireAtLeast(1, this.options, 'bytesMax', 'depthMax')
  }

  compute(bytes: Uint8Array): unknown {
    const { bytesMax, depthMax } = this.options
    if (!ArrayBuffer.isView(bytes)) throw new TypeError(`MessagePack must be bytes: it is ${describeValue(bytes)}`)
    if (bytes.length > bytesMax) {
      throw new RangeError(`MessagePack must have at most ${bytesMax} bytes (bytesMax): it has ${bytes.length}`)
    }
    const { depth, hasBigInts } = measureMsgpack(bytes)
    if (depth > depthMax) {
      throw new RangeError(`MessagePack must be nested at most ${depthMax} deep (depthMax): it is ${depth} deep`)
    }
    let value: unknown
    try {
      value = this.decoder.decode(bytes)
    } catch (error) {
      throw new SyntaxError(`cannot parse as MessagePack: ${toError(error).message}`, { cause: error })
    }
    return hasBigInts ? withNumbers(value) : value
  }
}

function keyOf(key: unknown): string | number {
  if (typeof key === 'string' || typeof key === 'number') return key
  if (typeof key === 'bigint') return String(key)
  throw new TypeError(`a key must be text or a number: it is ${describeValue(key)}`)
}

/** The value with numbers in the place of bigints that needn't be any. */
function withNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value
  const parts = value as Record<string, unknown>
  for (const key of Object.keys(parts)) parts[key] = withNumbers(parts[key])
  return value
}
