/** CRC-32 (ISO 3309, as in gzip and PNG): tells bytes that were damaged or only half written. */

// A byte's entry is that of its bits together: 256 steps at every start instead of 2048.
const TABLE = new Uint32Array(256)
for (let bit = 128, crc = 1; bit > 0; bit >>= 1) {
  crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  for (let byte = 0; byte < 256; byte += 2 * bit) TABLE[byte + bit] = (TABLE[byte] as number) ^ crc
}

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
