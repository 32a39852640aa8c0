/**
 * Messages by table: each field's name, number and kind. As proto3 wants it, a field that has its default isn't
 * written, and one that isn't there reads as its default; a field of `maybe` is undefined then.
 */
import { RUN, VARINT, WireError, WireReader, WireWriter } from './wire.js'

type Kind = 'int' | 'id' | 'flag' | 'key' | 'bytes' | 'text' | 'message'

/** A field of a table. `T` is what the decoded message has. */
export interface Field<T> {
  readonly number: number
  readonly kind: Kind
  /** Of what its items are messages. */
  readonly type: (() => MessageType) | null
  readonly isList: boolean
  readonly blank: T
}

/** What a message of a table is once decoded. */
export type Decoded<Fields> = { readonly [K in keyof Fields]: Fields[K] extends Field<infer T> ? T : never }

/** What may be encoded: any of the fields may be left out. */
export type Draft<T> = T extends Uint8Array | string | number | bigint | boolean | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : { readonly [K in keyof T]?: Draft<T[K]> | undefined }

type Any = Record<string, unknown>

const NONE: readonly never[] = []
const NO_BYTES = new Uint8Array(0)
// Transactions may lie within transactions; nobody nests them deeper.
const DEPTH_MAX = 32

const scalar = <T>(number: number, kind: Kind, blank: T): Field<T> => ({
  number,
  kind,
  type: null,
  isList: false,
  blank,
})

/** An int64 or an enumeration, as a number. */
export const int = (number: number): Field<number> => scalar(number, 'int', 0)
/** An int64 or uint64 that needs all its bits. */
export const id = (number: number): Field<bigint> => scalar(number, 'id', 0n)
/** A bool. */
export const flag = (number: number): Field<boolean> => scalar(number, 'flag', false)
/** Bytes that are a key: a byte string. */
export const key = (number: number): Field<string> => scalar(number, 'key', '')
/** Bytes. */
export const bytes = (number: number): Field<Uint8Array> => scalar<Uint8Array>(number, 'bytes', NO_BYTES)
/** A string. */
export const text = (number: number): Field<string> => scalar(number, 'text', '')
/** A message; undefined if it isn't there. */
export const message = <T>(number: number, type: () => MessageType<T>): Field<T | undefined> => ({
  number,
  kind: 'message',
  type,
  isList: false,
  blank: undefined,
})
/** A field that may be missing, which differs from having its default: one of several. */
export const maybe = <T>(field: Field<T>): Field<T | undefined> => ({ ...field, blank: undefined })
/** A field that may come again and again. */
export const list = <T>(field: Field<T>): Field<readonly NonNullable<T>[]> => ({ ...field, isList: true, blank: NONE })

interface Named extends Field<unknown> {
  readonly name: string
  readonly tag: number
}

// One writer for all: a message is written at one go.
const writer = new WireWriter()

/** A kind of message. */
export class MessageType<T = unknown> {
  readonly name: string
  private readonly fields: readonly Named[]
  private readonly byNumber: (Named | undefined)[] = []
  private readonly blank: Any

  constructor(name: string, fields: Record<string, Field<unknown>>) {
    this.name = name
    this.fields = Object.entries(fields).map(([name, field]) => ({ ...field, name, tag: tagOf(field) }))
    for (const field of this.fields) this.byNumber[field.number] = field
    this.blank = Object.fromEntries(this.fields.map(({ name, blank }) => [name, blank]))
  }

  /** Its bytes. Properties that are no fields are passed over. */
  encode(value: Draft<T>): Buffer {
    try {
      this.write(value as Any)
      return writer.take()
    } finally {
      // A value that can't be written leaves nothing behind, either.
      writer.clear()
    }
  }

  /**
   * The message of some bytes. Fields that aren't known are passed over.
   *
   * @throws {WireError} If they are none.
   */
  decode(bytes: Uint8Array): T {
    return this.read(new WireReader(bytes), bytes.length, 0)
  }

  private write(value: Any): void {
    for (let i = this.fields.length - 1; i >= 0; i--) {
      const field = this.fields[i] as Named
      const item = value[field.name]
      if (item === undefined || item === field.blank) continue
      if (!field.isList) writeField(field, item)
      else for (let k = (item as unknown[]).length - 1; k >= 0; k--) writeField(field, (item as unknown[])[k])
    }
  }

  private read(reader: WireReader, end: number, depth: number): T {
    if (depth > DEPTH_MAX) throw new WireError(`messages lie ${depth} deep in each other`)
    const value: Any = { ...this.blank }
    while (reader.at < end) {
      const tag = reader.tag()
      const field = this.byNumber[tag >>> 3]
      if (field === undefined) {
        reader.skip(tag & 7, end)
        continue
      }
      if (tag !== field.tag) throw new WireError(`${this.name}.${field.name} is written in the way ${tag & 7}`)
      const item = readField(field, reader, end, depth)
      if (!field.isList) value[field.name] = item
      else if (value[field.name] === NONE) value[field.name] = [item]
      else (value[field.name] as unknown[]).push(item)
    }
    if (reader.at > end) throw new WireError(`${this.name} is longer than what holds it`)
    return value as T
  }

  /** Write one within another. */
  static writeWithin(type: MessageType, value: unknown): void {
    const before = writer.length
    type.write(value as Any)
    writer.int(writer.length - before)
  }

  /** Read one within another. */
  static readWithin(type: MessageType, reader: WireReader, end: number, depth: number): unknown {
    return type.read(reader, reader.runEnd(end), depth)
  }
}

/** Make a kind of message from its table. */
export function table<Fields extends object>(name: string, fields: Fields): MessageType<Decoded<Fields>> {
  return new MessageType(name, fields as unknown as Record<string, Field<unknown>>)
}

function tagOf({ number, kind }: Field<unknown>): number {
  return number * 8 + (kind === 'int' || kind === 'id' || kind === 'flag' ? VARINT : RUN)
}

function writeField(field: Named, item: unknown): void {
  switch (field.kind) {
    case 'int':
      writer.int(item as number)
      break
    case 'id':
      writer.id(item as bigint)
      break
    case 'flag':
      writer.int(item === true ? 1 : 0)
      break
    case 'key':
      writer.byteString(item as string)
      break
    case 'bytes':
      writer.run(item as Uint8Array)
      break
    case 'text':
      writer.text(item as string)
      break
    case 'message':
      MessageType.writeWithin((field.type as () => MessageType)(), item)
  }
  writer.int(field.tag)
}

function readField(field: Named, reader: WireReader, end: number, depth: number): unknown {
  switch (field.kind) {
    case 'int':
      return reader.int()
    case 'id':
      return reader.id()
    case 'flag':
      return reader.int() !== 0
    case 'key':
      return reader.byteString(end)
    case 'bytes':
      return reader.run(end)
    case 'text':
      return reader.text(end)
    case 'message':
      return MessageType.readWithin((field.type as () => MessageType)(), reader, end, depth + 1)
  }
}
