import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { ReloadedFile } from '../../lib/files/reloaded-file.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { ManualClock, turnOfNode } from '../../lib/movement/loop/clock.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

/** A file that holds what is written into it in capitals; `said` waits for the next line in the log. */
function start(text: string, { clock, path: name = 'table' }: { clock?: ManualClock; path?: string } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'reloaded-'))
  const path = join(root, name)
  const write = (content: string, at = path) => writeFileSync(at, content)
  write(text, join(root, 'table'))
  if (name !== 'table') symlinkSync('table', path)
  const esc = new Escapement(clock === undefined ? {} : { clock })
  const lines: string[] = []
  let tell: (line: string) => void = () => undefined
  const hear = (_fields: object, line: string) => {
    lines.push(line)
    tell(line)
  }
  const said = () => new Promise<string>((resolve) => (tell = resolve))
  const load = (bytes: Buffer) => {
    if (bytes.includes('bad')) throw new Error('bad content')
    return String(bytes).toUpperCase()
  }
  const file = new ReloadedFile(
    esc,
    { info: hear, warn: hear, error: hear },
    { setting: 'file', path, bytesMax: 100, load },
  )
  cleanups.push(() => {
    file.close()
    esc.close()
    rmSync(root, { recursive: true })
  })
  return { root, path, write, esc, file, lines, said }
}

test('reads a file when it is opened, and when it was replaced', async () => {
  const { root, path, write, file, said } = start('one')
  expect(file.value).toBeNull()
  file.open()
  expect(file.value).toBe('ONE')
  const heard = said()
  write('two', join(root, 'new'))
  renameSync(join(root, 'new'), path)
  expect(await heard).toBe(`${path} has changed: it was read anew`)
  expect(file.value).toBe('TWO')
})

test('reads a file that was written in its place', async () => {
  const { write, file, said } = start('one')
  file.open()
  const heard = said()
  write('other')
  await heard
  expect(file.value).toBe('OTHER')
})

test('keeps what it had while the file is wrong or away, and says so once', async () => {
  const { path, write, file, lines, said } = start('one')
  file.open()
  const heard = said()
  write('bad')
  expect(await heard).toBe(`cannot read ${path} anew: what it held before stays in use`)
  file.check()
  expect([file.value, lines.length]).toEqual(['ONE', 1])
  write('good')
  file.check()
  expect(file.value).toBe('GOOD')
  rmSync(path)
  file.check()
  expect([file.value, lines.at(-1)]).toEqual(['GOOD', expect.stringContaining('cannot read')])
})

test('looks at a file from time to time whose name leads elsewhere', async () => {
  const clock = new ManualClock({ nowMs: 0 })
  const { root, write, file } = start('one', { clock, path: 'link' })
  file.open()
  write('two', join(root, 'table'))
  utimesSync(join(root, 'table'), 7, 7)
  clock.advance(10_000)
  await turnOfNode()
  expect(file.value).toBe('TWO')
})

test('fails to open what is not there, wrong, or too large', () => {
  const { path, write, file } = start('bad')
  expect(() => file.open()).toThrow(`file: cannot read ${path}: bad content`)
  write('x'.repeat(101))
  expect(() => file.open()).toThrow('it must have at most 100 bytes: it has 101')
  rmSync(path)
  expect(() => file.open()).toThrow(/ENOENT/)
})

test('watches nothing any more once it is closed', () => {
  const { write, file } = start('one')
  file.open()
  file.close()
  file.close()
  write('two')
  expect(file.value).toBe('ONE')
})
