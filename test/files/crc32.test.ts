import { expect, test } from '@jest/globals'
import { crc32 } from '../../lib/files/crc32.js'

test('the checksum is the usual one, in one piece or in several', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  expect(crc32(Buffer.from('6789'), crc32(Buffer.from('12345')))).toBe(0xcbf43926)
  expect(crc32(Buffer.alloc(0))).toBe(0)
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  expect(crc32(all)).toBe(0x29058c73)
})
