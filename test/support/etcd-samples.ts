/** Any message of a table, for properties. */
import fc from 'fast-check'
import type { Field, MessageType } from '../../lib/kv/rpc/message.js'

// What lies deeper in each other stays empty.
const DEPTH_MAX = 1

type Named = Field<unknown> & { readonly name: string }

/** Messages of a kind as they are once decoded, with lists and messages within, not too deep. */
export function sampleOf(type: MessageType, depth = 0): fc.Arbitrary<never> {
  const { fields } = type as unknown as { fields: readonly Named[] }
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, sampleOfField(field, depth)]))) as never
}

function sampleOfField(field: Named, depth: number): fc.Arbitrary<unknown> {
  if (field.kind === 'message' && depth > DEPTH_MAX) return fc.constant(field.blank)
  const item = sampleOfItem(field, depth)
  if (field.isList) return fc.array(item, { maxLength: 3 })
  return field.blank === undefined ? fc.option(item, { nil: undefined }) : item
}

function sampleOfItem(field: Named, depth: number): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'int':
      return fc.oneof(fc.nat(300), fc.maxSafeInteger())
    case 'id':
      return fc.bigInt(0n, 2n ** 64n - 1n)
    case 'flag':
      return fc.boolean()
    case 'key':
      return fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
    case 'bytes':
      return fc
        .uint8Array({ maxLength: 200 })
        .map((bytes) => (bytes.length === 0 ? new Uint8Array(0) : Buffer.from(bytes)))
    case 'text':
      return fc.string({ unit: 'binary', maxLength: 12 })
    case 'message':
      return sampleOf((field.type as () => MessageType)(), depth + 1)
  }
}
