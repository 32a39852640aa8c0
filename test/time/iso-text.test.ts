import { jest } from '@jest/globals'
import fc from 'fast-check'
import { IsoText } from '../../lib/time/iso-text.js'

test('writes what Date writes, in any order, to both ends of time', () => {
  const iso = new IsoText()
  const near = fc.integer({ min: -3_000, max: 90_000_000 })
  const any = fc.integer({ min: -8.64e15, max: 8.64e15 })
  const edge = fc.constantFrom(
    0,
    -0,
    -1,
    8.64e15,
    -8.64e15,
    8.64e15 - 1,
    8.64e15 - 1000,
    -62_167_219_200_001,
    253_402_300_800_000,
  )
  fc.assert(
    fc.property(fc.oneof(near, any, edge), (ms) => {
      expect(iso.of(ms)).toBe(new Date(ms).toISOString())
    }),
    { numRuns: 5000, seed: 1 },
  )
})

test('refuses what Date refuses, and goes on afterwards', () => {
  const iso = new IsoText()
  iso.of(8.64e15)
  for (const ms of [8.64e15 + 1, -8.64e15 - 1, NaN, Infinity]) expect(() => iso.of(ms)).toThrow(/must be at most 864/)
  expect(iso.of(0)).toBe('1970-01-01T00:00:00.000Z')
})

test('makes its tables when the first time is written, not when it is loaded', async () => {
  const pad = jest.spyOn(String.prototype, 'padStart')
  await jest.isolateModulesAsync(async () => {
    const fresh = await import('../../lib/time/iso-text.js')
    expect(pad).not.toHaveBeenCalled()
    expect(new fresh.IsoText().of(7)).toBe('1970-01-01T00:00:00.007Z')
    expect(pad).toHaveBeenCalled()
  })
  pad.mockRestore()
})
