/** Arrays of numbers that travel as bytes beside the JSON: little-endian, in C order, with numpy's names of their types. */
import { describeValue } from '../../errors/index.js'
import { WireError } from '../errors.js'

const TYPES = {
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

/** Numpy's name of an element's type. `bool` is a byte each, 0 or 1. */
export type Dtype = keyof typeof TYPES

/** An array of numbers as JavaScript holds one. */
export type TypedArray = InstanceType<(typeof TYPES)[Dtype]>

const DTYPES = Object.keys(TYPES) as Dtype[]

/** More dimensions than numpy has are nobody's array. */
const DIMENSIONS_MAX = 64

/**
 * An array of numbers of any number of dimensions, the last one varying fastest.
 *
 * @example
 * const image = Bulk.of(Int16Array.of(1, 2, 3, 4, 5, 6), [2, 3])
 * assert.deepEqual([image.dtype, image.shape], ['int16', [2, 3]])
 * assert.throws(() => Bulk.of(Int16Array.of(1, 2), [3]), /shape \[3\] has 3 elements: data has 2/)
 */
export class Bulk {
  readonly shape: readonly number[]
  readonly dtype: Dtype
  readonly data: TypedArray

  private constructor(shape: readonly number[], dtype: Dtype, data: TypedArray) {
    this.shape = shape
    this.dtype = dtype
    this.data = data
  }

  /**
   * An array over the numbers themselves, which are not copied before it is sent; without a shape of one dimension.
   *
   * @throws {WireError} `ERR_WIRE_VALUE` if the shape is none, or has not as many elements.
   */
  static of(data: TypedArray, shape: readonly number[] = [data.length]): Bulk {
    const dtype = DTYPES.find((name) => name !== 'bool' && data instanceof TYPES[name])
    if (dtype === undefined) throw fault(`data must be an array of ${DTYPES.join(', ')}: it is ${describeValue(data)}`)
    const count = elementsOf(shape)
    if (count !== data.length) throw fault(`shape [${shape.join(', ')}] has ${count} elements: data has ${data.length}`)
    return new Bulk([...shape], dtype, data)
  }

  /**
   * The array that came as bytes with its shape and type.
   *
   * @throws {WireError} `ERR_WIRE_VALUE` if shape, type and bytes do not fit, or JavaScript has no such type.
   */
  static read(bytes: Uint8Array, shape: unknown, dtype: unknown): Bulk {
    if (!isDtype(dtype)) throw fault(`dtype must be one of ${DTYPES.join(', ')}: it is ${describeValue(dtype)}`)
    const count = elementsOf(shape)
    const type = TYPES[dtype]
    if (count * type.BYTES_PER_ELEMENT !== bytes.length) {
      throw fault(
        `shape ${describeValue(shape)} of ${dtype} takes ${count * type.BYTES_PER_ELEMENT} bytes: there are ${bytes.length}`,
      )
    }
    const isAligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0
    const whole = isAligned ? bytes : Uint8Array.from(bytes)
    return new Bulk(shape as number[], dtype, new type(whole.buffer as ArrayBuffer, whole.byteOffset, count))
  }

  /** A copy of the bytes, as they travel: the array may change while they are on their way. */
  bytes(): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.data
    return new Uint8Array(buffer, byteOffset, byteLength).slice()
  }
}

function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(TYPES, name)
}

function elementsOf(shape: unknown): number {
  const isShape =
    Array.isArray(shape) &&
    shape.length <= DIMENSIONS_MAX &&
    shape.every((length) => Number.isSafeInteger(length) && length >= 0)
  const count = isShape ? (shape as number[]).reduce((product, length) => product * length, 1) : NaN
  if (!Number.isSafeInteger(count)) throw fault(`shape must be a list of lengths: it is ${describeValue(shape)}`)
  return count
}

function fault(message: string): WireError {
  return new WireError('ERR_WIRE_VALUE', message)
}
