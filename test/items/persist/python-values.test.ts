import { expect, test } from '@jest/globals'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPythonValues } from '../../../lib/items/persist/python-values.js'
import { decodeReading } from '../../../lib/items/persist/record.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { lineLogger } from '../../../lib/movement/logger.js'
import { Bulk } from '../../../lib/wire/frames/bulk.js'
import { temporary } from '../../support/temporary.js'
import { PLACE } from './contract.js'

function start(files: Record<string, string | Uint8Array>) {
  const home = temporary()
  const directory = join(home, 'daemon', 'persist', PLACE.uuid)
  mkdirSync(directory, { recursive: true })
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(directory, name), contents)
  return home
}

test('values and arrays of numbers are taken over, with their times', () => {
  const home = start({
    string: '{"value": "hello persist", "time": 1795294140.426044}',
    image: '{"time": 1795294200.47, "shape": [2, 3], "dtype": "int16"}',
    'bulk:image': Buffer.from(Int16Array.of(1, 2, 3, 4, 5, 6).buffer),
    gone: '{"value": null, "time": 5}',
  })
  const found = readPythonValues(home, PLACE.uuid, silentLogger)
  expect(Object.fromEntries([...found].map(([key, text]) => [key, decodeReading(text)]))).toEqual({
    string: { value: 'hello persist', time: 1795294140.426044 },
    image: { value: Bulk.of(Int16Array.of(1, 2, 3, 4, 5, 6), [2, 3]), time: 1795294200.47 },
    gone: { value: null, time: 5 },
  })
})

test('files that can not be read are told of, and keep no others out', () => {
  const home = start({
    half: '{"value": "hel',
    nan: '{"value": NaN, "time": 5}',
    image: '{"time": 5, "shape": [2], "dtype": "int16"}',
    early: '{"shape": [2], "dtype": "int16"}',
    'bulk:early': Buffer.alloc(4),
    good: '{"value": 1, "time": 5}',
  })
  const lines: string[] = []
  const found = readPythonValues(
    home,
    PLACE.uuid,
    lineLogger({}, (line) => lines.push(line)),
  )
  expect([...found.keys()]).toEqual(['good'])
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(line).toMatch(/^WARN \/.*\/daemon\/persist\/.* is not taken over: /)
})

test('where there are none, none are found', () => {
  expect(readPythonValues(temporary(), PLACE.uuid, silentLogger).size).toBe(0)
})
