import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { formatCertificate } from '../../../lib/wire/curve/certificate.js'
import { KeyPair } from '../../../lib/wire/curve/key-pair.js'
import { NamedKeys, fileNamesIn } from '../../../lib/wire/curve/named-keys.js'
import { temporary } from '../../support/temporary.js'

function start() {
  const directory = temporary()
  const clock = new ManualClock()
  const put = (file: string, publicKey = KeyPair.make().publicKey): string => {
    writeFileSync(join(directory, file), formatCertificate({ name: 'not asked', publicKey, secretKey: null }))
    return publicKey
  }
  return { directory, clock, keys: new NamedKeys(directory, clock), put }
}

test('a directory that is not there has no keys', () => {
  const { directory, keys } = start()
  rmSync(directory, { recursive: true })
  expect([[...keys.refresh().names], keys.faults]).toEqual([[], []])
})

test("the name is the file's, and a key under two names counts under the first", () => {
  const { keys, put } = start()
  const publicKey = put('b.key')
  put('a.key', publicKey)
  put('.hidden.key')
  put('c.txt')
  expect([...keys.refresh().names]).toEqual([[publicKey, 'a']])
})

test("a file that can't be used is told, again and again until it is mended, and harms no other", () => {
  const { directory, clock, keys, put } = start()
  const good = put('good.key')
  mkdirSync(join(directory, 'folder.key'))
  writeFileSync(join(directory, 'empty.key'), '')
  for (let k = 0; k < 2; k++) {
    clock.advance(1_000)
    expect([...keys.refresh().names]).toEqual([[good, 'good']])
    expect(keys.faults).toEqual([
      expect.stringMatching(/empty\.key can't be used: a certificate must have/),
      expect.stringMatching(/folder\.key can't be used: EISDIR/),
    ])
  }
  const mended = put('empty.key')
  clock.advance(1_000)
  expect(keys.refresh().names.get(mended)).toBe('empty')
})

test('it looks again after a second, and not before', () => {
  const { clock, keys, put } = start()
  const first = put('a.key')
  expect(keys.refresh().names.get(first)).toBe('a')
  const second = put('a.key')
  clock.advance(999)
  expect([...keys.refresh().names.keys()]).toEqual([first])
  clock.advance(1)
  expect([...keys.refresh().names.keys()]).toEqual([second])
})

test('files are listed by their ending, sorted', () => {
  const { directory, put } = start()
  for (const file of ['b.key', 'a.key', 'c.key_secret']) put(file)
  expect(fileNamesIn(directory, '.key')).toEqual(['a.key', 'b.key'])
})
