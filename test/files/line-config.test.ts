import { expect, test } from '@jest/globals'
import { LINE_DEFAULTS, LongLines, lineConfig, type LongLinePolicy } from '../../lib/files/line-config.js'

function start(longLines: LongLinePolicy) {
  const warnings: string[] = []
  const failures: Error[] = []
  const ignore = () => undefined
  const log = { info: ignore, error: ignore, warn: (_fields: object, message: string) => void warnings.push(message) }
  const long = new LongLines(log, { lineMax: 10, longLines }, (error) => failures.push(error))
  const piece = (isLong: boolean) => ({ bytes: Buffer.alloc(10), from: 0, to: 10, start: 5, end: 26, isLong })
  return { long, warnings, failures, piece }
}

test('lets every line go on that is not too long', () => {
  for (const policy of ['cut', 'skip', 'fail'] as const) {
    const { long, piece, warnings, failures } = start(policy)
    expect([long.takes(piece(false), '/a'), warnings.length, failures.length]).toEqual([true, 0, 0])
  }
})

test('cuts, skips or fails', () => {
  const cut = start('cut')
  expect(cut.long.takes(cut.piece(true), '/a')).toBe(true)
  expect(cut.warnings).toEqual(['/a has a line of 21 bytes at 5, which is above lineMax (10): its beginning is taken'])
  const skip = start('skip')
  expect(skip.long.takes(skip.piece(true), '/a')).toBe(false)
  const fail = start('fail')
  expect(fail.long.takes(fail.piece(true), '/a')).toBe(false)
  expect(fail.failures).toMatchObject([{ code: 'EMSGSIZE' }])
})

test('counts each and tells of the first, the tenth, the hundredth', () => {
  const { long, piece, warnings } = start('skip')
  for (let i = 0; i < 150; i++) long.takes(piece(true), '/a')
  expect([long.count, warnings.length]).toEqual([150, 3])
})

test('has the defaults that the configuration names', () => {
  for (const [key, entry] of Object.entries(lineConfig)) {
    expect(LINE_DEFAULTS[key as keyof typeof LINE_DEFAULTS]).toBe(entry.default)
  }
})
