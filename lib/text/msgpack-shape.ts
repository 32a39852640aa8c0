/** Looking over a message of MessagePack without making anything of it: a few bytes may claim to be millions of things. */

/** What a message is made of. */
export interface MsgpackShape {
  /** How deeply its lists and maps are nested. */
  readonly depth: number
  /** Whether there are numbers of 64 bits. */
  readonly hasBigInts: boolean
}

/** For the bytes from 0xc0 on: how many bytes of its own a value has; for a length, minus the bytes of the length. */
const SIZES: Readonly<Record<number, number>> = {
  ...{ 0xc0: 0, 0xc2: 0, 0xc3: 0, 0xc4: -1, 0xc5: -2, 0xc6: -4, 0xc7: -1, 0xc8: -2, 0xc9: -4 },
  ...{ 0xca: 4, 0xcb: 8, 0xcc: 1, 0xcd: 2, 0xce: 4, 0xcf: 8, 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8 },
  ...{ 0xd4: 2, 0xd5: 3, 0xd6: 5, 0xd7: 9, 0xd8: 17, 0xd9: -1, 0xda: -2, 0xdb: -4 },
}

/**
 * The shape of the one value that bytes are.
 *
 * Each value has at least a byte, so that what all open lists and maps still claim can't be more than what is left.
 *
 * @throws {SyntaxError} If they are no MessagePack, or if something is missing or too much.
 * @example
 * assert.deepEqual(measureMsgpack(Uint8Array.of(0x91, 0x80)), { depth: 2, hasBigInts: false })
 * assert.throws(() => measureMsgpack(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)), /claims 4294967295 values/)
 */
export function measureMsgpack(bytes: Uint8Array): MsgpackShape {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** How many values each open list or map still waits for. */
  const waits: number[] = [1]
  let claimed = 1
  let at = 0
  let depth = 0
  let hasBigInts = false
  while (waits.length > 0) {
    if (waits.at(-1) === 0) {
      waits.pop()
      continue
    }
    const byte = at < bytes.length ? view.getUint8(at++) : fail(`it ends at byte ${at} where a value must begin`)
    waits[waits.length - 1] = (waits.at(-1) ?? 0) - 1
    claimed--
    const items = itemsOf(view, byte, at)
    if (items !== null) {
      at += items.header
      claimed += items.count
      if (claimed > bytes.length - at)
        fail(`it claims ${claimed} values where ${Math.max(0, bytes.length - at)} bytes are left`)
      waits.push(items.count)
      depth = Math.max(depth, waits.length - 1)
    } else {
      at += sizeOf(view, byte, at)
      if (at > bytes.length) fail(`it ends at byte ${bytes.length} within a value`)
      hasBigInts ||= byte === 0xcf || byte === 0xd3
    }
  }
  if (at < bytes.length) fail(`its value ends at byte ${at} of ${bytes.length}`)
  return { depth, hasBigInts }
}

/** How many values a list or a map has, those of keys included, and the bytes that say so; null for anything else. */
function itemsOf(view: DataView, byte: number, at: number): { count: number; header: number } | null {
  if (byte >= 0x80 && byte <= 0x8f) return { count: 2 * (byte & 15), header: 0 }
  if (byte >= 0x90 && byte <= 0x9f) return { count: byte & 15, header: 0 }
  if (byte < 0xdc) return null
  if (byte > 0xdf) return null
  const header = byte === 0xdc || byte === 0xde ? 2 : 4
  const count = numberAt(view, at, header)
  return { count: byte >= 0xde ? 2 * count : count, header }
}

/** How many bytes of its own a value has. */
function sizeOf(view: DataView, byte: number, at: number): number {
  if (byte <= 0x7f || byte >= 0xe0) return 0
  if (byte <= 0xbf) return byte & 31
  const size = SIZES[byte] ?? fail(`there is no value that begins with the byte ${byte}`)
  if (size >= 0) return size
  const length = numberAt(view, at, -size) - size
  return byte >= 0xc7 && byte <= 0xc9 ? length + 1 : length // An extension has a type before its bytes.
}

function numberAt(view: DataView, at: number, bytes: number): number {
  if (at + bytes > view.byteLength) fail(`it ends at byte ${view.byteLength} within a length`)
  return bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at) : view.getUint32(at)
}

function fail(reason: string): never {
  throw new SyntaxError(`cannot parse as MessagePack: ${reason}`)
}
