/** CRC-32 (ISO 3309, as in gzip and PNG): tells bytes that were damaged or only half written. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/**
 * The checksum of some bytes, as an unsigned number; of more bytes if it is given that of those before them.
 *
 * @example
 * assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926)
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 255] as number)
  }
  return ~crc >>> 0
}
