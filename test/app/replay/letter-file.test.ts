import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LetterFile } from '../../../lib/app/replay/letter-file.js'
import { scratch } from '../scratch.js'
import { letter } from './letters.js'

function open(text: string) {
  const dir = scratch({ 'dead.jsonl': text })
  const path = join(dir, 'dead.jsonl')
  return { dir, path, file: new LetterFile(path) }
}

test('every letter is counted, by its cog, and given in the order of the lines', () => {
  const { file } = open([letter('a', 'Map'), letter('b', 'Filter'), letter('c', 'Filter')].join('\n') + '\n')
  expect(file.examine()).toEqual({ letters: 3, cogs: new Map([['Filter', 2], ['Map', 1]]) }) // prettier-ignore
  expect([...file.letters()].map(({ line, original }) => [line, String(original)])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ])
})

test('letters of any length are read, the last also without an end of line, and an empty file has none', () => {
  const long = 'ü'.repeat(100_000)
  const texts = [long, '', 'x', long, 'y\u2028z']
  const { file } = open(texts.map((text) => letter(text)).join('\n'))
  expect([...file.letters()].map(({ original }) => String(original))).toEqual(texts)
  expect(open('').file.examine().letters).toBe(0)
})

test('a line that is no letter is told with its number', () => {
  const { file, path } = open(`${letter('a')}\n{"a":1}\n`)
  expect(() => file.examine()).toThrow(`line 2 of ${path} is no dead letter (a line of JSON with time, id, cog, error,`)
  expect(() => file.examine()).toThrow('time must be a text: it is undefined')
})

test('what is not there, or is no file, is refused with 66', () => {
  const { dir } = open('')
  expect(() => new LetterFile(join(dir, 'none'))).toThrow(expect.objectContaining({ exitCode: 66 }))
  expect(() => new LetterFile(dir)).toThrow(`dead letters must be in a file: ${dir} is none`)
})

test('what is written to it later is no part of it', () => {
  const { file, path } = open(`${letter('a')}\n`)
  appendFileSync(path, `${letter('b')}\n`)
  expect(file.examine().letters).toBe(1)
})

test('it is known under another name too, and known from another file of its name', () => {
  const { file, path, dir } = open('')
  renameSync(path, join(dir, 'moved'))
  writeFileSync(path, '')
  expect([file.isAt(join(dir, 'moved')), file.isAt(path), file.isAt(join(dir, 'none'))]).toEqual([true, false, false])
})

test('it is removed, but not if it was written to or replaced', () => {
  const { file, path } = open('')
  expect([file.remove(), existsSync(path)]).toEqual([true, false])
  const grown = open('')
  appendFileSync(grown.path, 'x')
  expect([grown.file.remove(), existsSync(grown.path)]).toEqual([false, true])
  const replaced = open('')
  renameSync(replaced.path, `${replaced.path}.1`)
  writeFileSync(replaced.path, '')
  expect([replaced.file.remove(), existsSync(replaced.path)]).toEqual([false, true])
})
