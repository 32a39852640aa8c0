import { Encoder } from '@msgpack/msgpack'
import {
  Modifier,
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

/** Configuration insert: what an operator may set. */
export const formatMsgpackBaseConfig = insert({
  depthMax: { doc: 'How deeply lists and objects may be nested.', format: 'nat', min: 1, default: 100 },
  bytesMax: { doc: 'The longest message.', format: 'size', min: 1, default: '1MiB', live: true },
})

/** The operator's settings, what is written, and where the bytes go. */
export interface FormatMsgpackOptions<In, Out> extends Partial<Settings<typeof formatMsgpackBaseConfig>> {
  /** Reads what is to be written; by default the whole datum. */
  readonly getter?: Getter<In, unknown>
  /** Puts the bytes in; by default they take the place of the datum. */
  readonly setter?: Setter<In, Uint8Array, Out>
}

type Resolved<In, Out> = Required<FormatMsgpackOptions<In, Out>>

const DEFAULTS = { depthMax: 100, bytesMax: 1_048_576, getter: wholeGetter, setter: wholeSetter }

/**
 * Write data as MessagePack, one message of bytes each.
 *
 * In: any datum. Out: its bytes. Dates are times, a bigint is a number of 64 bits, undefined is nil.
 *
 * @throws {TypeError} From a turn: if there is no MessagePack for the datum (a function, a circle), or if it is nested
 * deeper than `depthMax`.
 * @throws {RangeError} From a turn: if it is longer than `bytesMax`. From the constructor: if a limit is below 1.
 * @example
 * const [bytes] = new FormatMsgpack(train).turn({ a: 7 })
 * assert.deepEqual([...bytes], [0x81, 0xa1, 0x61, 0x07])
 */
export class FormatMsgpack<In = unknown, Out = Uint8Array> extends Modifier<
  In,
  unknown,
  Uint8Array,
  Out,
  Resolved<In, Out>
> {
  static readonly baseConfig = formatMsgpackBaseConfig
  private readonly encoder: Encoder

  constructor(train: Winder, options: FormatMsgpackOptions<In, Out> = {}) {
    super(train, { ...DEFAULTS, ...options } as Resolved<In, Out>)
    requireAtLeast(1, this.options, 'depthMax', 'bytesMax')
    this.encoder = new Encoder({ maxDepth: this.options.depthMax, useBigInt64: true })
  }

  compute(piece: unknown): Uint8Array {
    let bytes: Uint8Array
    try {
      bytes = this.encoder.encode(piece)
    } catch (error) {
      throw new TypeError(`cannot write as MessagePack: ${toError(error).message}`, { cause: error })
    }
    const { bytesMax } = this.options
    if (bytes.length > bytesMax) {
      throw new RangeError(`MessagePack must have at most ${bytesMax} bytes (bytesMax): it has ${bytes.length}`)
    }
    return bytes
  }
}
