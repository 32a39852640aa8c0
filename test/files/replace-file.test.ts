import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { replaceFile } from '../../lib/files/replace-file.js'
import { temporary } from '../support/temporary.js'

test('a file is made, and then replaced, with nothing left beside it', async () => {
  const directory = temporary()
  await replaceFile(`${directory}/a`, 'one')
  await replaceFile(`${directory}/a`, Buffer.from('two'), { sync: false })
  expect(readFileSync(`${directory}/a`, 'utf8')).toBe('two')
  expect(readdirSync(directory)).toEqual(['a'])
})

test('it is readable by its owner alone, unless the mode says else', async () => {
  const directory = temporary()
  writeFileSync(`${directory}/a`, '', { mode: 0o644 })
  await replaceFile(`${directory}/a`, '')
  await replaceFile(`${directory}/b`, '', { mode: 0o640 })
  expect([statSync(`${directory}/a`).mode & 0o777, statSync(`${directory}/b`).mode & 0o777]).toEqual([0o600, 0o640])
})

test('a link is replaced, and what it leads to stays as it was', async () => {
  const directory = temporary()
  writeFileSync(`${directory}/theirs`, 'theirs')
  symlinkSync(`${directory}/theirs`, `${directory}/a`)
  await replaceFile(`${directory}/a`, 'ours')
  expect(readFileSync(`${directory}/theirs`, 'utf8')).toBe('theirs')
})

test('where it cannot be replaced all is as it was', async () => {
  const directory = temporary()
  mkdirSync(`${directory}/a`)
  await expect(replaceFile(`${directory}/a`, 'one')).rejects.toThrow('EISDIR')
  expect(readdirSync(directory)).toEqual(['a'])
  await expect(replaceFile(`${directory}/none/a`, 'one')).rejects.toThrow('ENOENT')
})

test('of many who write at once each writes it whole', async () => {
  const path = `${temporary()}/a`
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000))
  await Promise.all(texts.map((text) => replaceFile(path, text, { sync: false })))
  expect(texts).toContain(readFileSync(path, 'utf8'))
})
