import fc from 'fast-check'
import { WireReader, WireWriter } from '../../../lib/kv/rpc/wire.js'

function written(write: (writer: WireWriter) => void): WireReader {
  const writer = new WireWriter()
  write(writer)
  return new WireReader(writer.take())
}

it('keeps whole numbers', () => {
  const edges = fc.constantFrom(0, 127, 128, 2 ** 31, 2 ** 32, 2 ** 49 - 1, 2 ** 49, 2 ** 53 - 1, -1, -(2 ** 53) + 1)
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), edges), (value) => {
      expect(written((writer) => writer.int(value)).int()).toBe(value)
    }),
  )
})

it('keeps numbers of 64 bits', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
      expect(written((writer) => writer.id(value)).id()).toBe(value)
    }),
  )
})

it('writes from the end to the beginning', () => {
  const writer = new WireWriter()
  writer.text('b')
  writer.byteString('a')
  expect(writer.length).toBe(4)
  expect(writer.take().toString('latin1')).toBe('\x01a\x01b')
  writer.clear()
  expect(writer.length).toBe(0)
})

it('does not keep the memory of a large message', () => {
  const writer = new WireWriter()
  writer.run(new Uint8Array(200_000))
  expect(writer.length).toBe(200_003)
  writer.clear()
  writer.int(1)
  expect(writer.take().toString('hex')).toBe('01')
})

it('refuses a number that no number holds', () => {
  expect(() => written((writer) => writer.id(2n ** 53n)).int()).toThrow(/the number 9007199254740992 is too large/)
})
