import { afterEach, expect, test } from '@jest/globals'
import { closeSync, openSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import {
  FINGERPRINT_MAX,
  NO_FINGERPRINT,
  fingerprintOf,
  hasFingerprint,
  headOf,
  isOutgrown,
} from '../../lib/files/fingerprint.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function head(bytes: string | Buffer, isPacked = false): Buffer {
  const fd = openSync(folder(cleanups).write('a', bytes), 'r')
  try {
    return headOf(fd, isPacked)
  } finally {
    closeSync(fd)
  }
}

test('a file keeps its fingerprint while it grows, and a file that begins otherwise has another', () => {
  const short = fingerprintOf(head('one\n'))
  expect(short.length).toBe(4)
  expect(
    [head('one\n'), head('one\ntwo\n'), head('on'), head('two\n')].map((bytes) => hasFingerprint(bytes, short)),
  ).toEqual([true, true, false, false])
  const whole = fingerprintOf(head('x'.repeat(5000)))
  expect(whole.length).toBe(FINGERPRINT_MAX)
  expect(hasFingerprint(head(`${'x'.repeat(1024)}y`), whole)).toBe(true)
  expect(hasFingerprint(head(`${'x'.repeat(1023)}y`), whole)).toBe(false)
})

test('every file begins like an empty one', () => {
  expect(fingerprintOf(head(''))).toEqual(NO_FINGERPRINT)
  expect(hasFingerprint(head('one'), NO_FINGERPRINT)).toBe(true)
})

test('a packed file has the fingerprint of what it unpacks to, however well or badly it is packed', () => {
  const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 255))
  for (const bytes of [Buffer.from('one\n'), Buffer.alloc(1_000_000, 'x'), noise]) {
    expect(head(gzipSync(bytes), true)).toEqual(bytes.subarray(0, FINGERPRINT_MAX))
  }
  expect(head(Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]), true).toString()).toBe('one\ntwo\n')
  expect(head('no gzip at all', true)).toHaveLength(0)
})

test('a short one is taken anew when the file has doubled, and never once it is whole', () => {
  const grown = [0, 1, 4, 7, 8, 600, 1023, 1024, 5000]
  expect(grown.filter((size) => isOutgrown({ hash: 'x', length: 4 }, size))).toEqual([8, 600, 1023, 1024, 5000])
  expect(grown.filter((size) => isOutgrown({ hash: 'x', length: 600 }, size))).toEqual([1024, 5000])
  expect(grown.filter((size) => isOutgrown({ hash: 'x', length: 1024 }, size))).toEqual([])
  expect([0, 1].map((size) => isOutgrown(NO_FINGERPRINT, size))).toEqual([false, true])
})
