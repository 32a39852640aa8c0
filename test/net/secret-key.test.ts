import { expect, test } from '@jest/globals'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../../lib/errors/index.js'
import { decodeKey, readKeyFile } from '../../lib/net/secret-key.js'

const BYTES = Uint8Array.from({ length: 32 }, (_, i) => 255 - i)

const readFrom = (content: string | Uint8Array): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'key-'))
  try {
    writeFileSync(join(folder, 'key'), content)
    return readKeyFile(join(folder, 'key'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('hex and both alphabets of base64 give the same bytes', () => {
  const key = Buffer.from(BYTES)
  for (const encoding of ['hex', 'base64', 'base64url'] as const) expect(decodeKey(key.toString(encoding))).toEqual(key)
  expect(decodeKey(key.toString('hex').toUpperCase())).toEqual(key)
})

test('what is neither is refused without being shown', () => {
  for (const text of ['', 'p@ssword', 'a b']) {
    expect(() => decodeKey(text)).toThrow(new RangeError('a key must be written in hex or base64: it is neither'))
  }
})

test('a file may hold text with a line end, or raw bytes', () => {
  expect(readFrom(`${Buffer.from(BYTES).toString('hex')}\n`)).toEqual(Buffer.from(BYTES))
  expect(readFrom(`${Buffer.from(BYTES).toString('base64')}\n`)).toEqual(Buffer.from(BYTES))
  expect(readFrom(BYTES)).toEqual(Buffer.from(BYTES))
})

test('a file that is missing, empty or huge is an error of the configuration', () => {
  expect(() => readKeyFile('/nowhere/key')).toThrow(ConfigError)
  expect(() => readKeyFile('/nowhere/key')).toThrow('keyFile must be a readable file: cannot read "/nowhere/key"')
  expect(() => readFrom('')).toThrow(/keyFile must have 1 to 4096 bytes: .* has 0/)
  expect(() => readFrom(new Uint8Array(4097))).toThrow(/has 4097/)
})
