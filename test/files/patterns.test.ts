import { afterEach, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Patterns } from '../../lib/files/patterns.js'

const made: string[] = []
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })))

function start() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'patterns-')))
  made.push(root)
  for (const directory of ['b1', 'b2/c']) mkdirSync(join(root, directory), { recursive: true })
  for (const file of ['q.log', '.hidden.log', 'b1/x.log', 'b2/y.log', 'b2/c/z.log']) writeFileSync(join(root, file), '')
  const expand = async (...names: string[]) => {
    const { paths, directories, barren } = await new Patterns(names.map((name) => name.replace('ROOT', root))).expand()
    const short = (list: readonly string[]) => list.map((path) => path.replace(root, 'ROOT'))
    return { paths: short(paths), directories: [...new Set(short(directories))].sort(), barren: short(barren) }
  }
  return { root, expand }
}

test('keeps a plain path whether it exists or not, and watches the directory it lies in', async () => {
  const { expand } = start()
  expect(await expand('ROOT/none/a.log', 'ROOT/q.log')).toEqual({
    paths: ['ROOT/none/a.log', 'ROOT/q.log'],
    directories: ['ROOT', 'ROOT/none'],
    barren: [],
  })
})

test('finds what matches a pattern, sorted, and watches each directory on the way', async () => {
  const { expand } = start()
  expect(await expand('ROOT/b*/*.log')).toEqual({
    paths: ['ROOT/b1/x.log', 'ROOT/b2/y.log'],
    directories: ['ROOT', 'ROOT/b1', 'ROOT/b2'],
    barren: [],
  })
})

test('watches every directory below a double star', async () => {
  const { expand } = start()
  const { paths, directories } = await expand('ROOT/**/*.log')
  expect(paths).toEqual(['ROOT/b1/x.log', 'ROOT/b2/c/z.log', 'ROOT/b2/y.log', 'ROOT/q.log'])
  expect(directories).toEqual(['ROOT', 'ROOT/b1', 'ROOT/b2', 'ROOT/b2/c'])
})

test('tells which patterns match nothing', async () => {
  const { expand } = start()
  expect((await expand('ROOT/*.log', 'ROOT/*.txt')).barren).toEqual(['ROOT/*.txt'])
})

test('takes away what a pattern with an exclamation mark matches', async () => {
  const { expand } = start()
  expect((await expand('ROOT/**/*.log', '!ROOT/b2/**')).paths).toEqual(['ROOT/b1/x.log', 'ROOT/q.log'])
})

test('names no file twice', async () => {
  const { expand } = start()
  expect((await expand('ROOT/q.log', 'ROOT/*.log', 'ROOT/q.*')).paths).toEqual(['ROOT/q.log'])
})

test('finds links to files under their own names', async () => {
  const { root, expand } = start()
  symlinkSync('../q.log', join(root, 'b1/link.log'))
  expect((await expand('ROOT/b1/*.log')).paths).toEqual(['ROOT/b1/link.log', 'ROOT/b1/x.log'])
})

test.each([
  ['*.log', ['ROOT/b (1)/!x.log', 'ROOT/b (1)/y.log']],
  ['./!*.log', ['ROOT/b (1)/!x.log']],
  ['../*.log', ['ROOT/q.log']],
  ['../b2/../b1/*', ['ROOT/b1/x.log']],
])('a relative pattern begins in the working directory, whatever that is called: %s', async (pattern, paths) => {
  const { root, expand } = start()
  mkdirSync(join(root, 'b (1)'))
  for (const file of ['!x.log', 'y.log']) writeFileSync(join(root, 'b (1)', file), '')
  const before = process.cwd()
  process.chdir(join(root, 'b (1)'))
  try {
    expect(await expand(pattern)).toEqual({ paths, directories: [dirname(String(paths[0]))], barren: [] })
  } finally {
    process.chdir(before)
  }
})

test('looks into each choice of braces that hold several steps', async () => {
  const { expand } = start()
  expect(await expand('ROOT/{b1/x,b{2/*,3/*}}.log')).toEqual({
    paths: ['ROOT/b1/x.log', 'ROOT/b2/y.log'],
    directories: ['ROOT/b1', 'ROOT/b2', 'ROOT/b3'],
    barren: ['ROOT/b3/*.log'],
  })
})

test('refuses what only takes away, and nothing else', () => {
  expect(() => new Patterns(['!/var/log/x.log', '!*.gz'])).toThrow(
    'filenames must name files to take as well, since ! only takes away (a file may be called ./!x): they are "!/var/log/x.log", "!*.gz"',
  )
  expect(new Patterns([]).literals).toEqual([])
})

test('knows whether a path is meant, whether there is a file or not', () => {
  const names = ['/v/a.log', '/v/x/*.log', '/v/**/deep/{c,d}?', '!/v/x/no*', '/v/[[]1]/b*']
  const patterns = new Patterns(names)
  const meant = ['/v/a.log', '/v/x/y.log', '/v/deep/c1', '/v/p/q/deep/d2', '/v/[1]/b.gz']
  const others = [
    '/v/b.log',
    '/v/x/.log',
    '/v/x/no.log',
    '/v/x/y/z.log',
    '/v/deep/e1',
    '/v/x',
    '/',
    '/v/a.log/b',
    'x.log',
  ]
  expect(meant.filter((path) => !patterns.means(path))).toEqual([])
  expect(others.filter((path) => patterns.means(path))).toEqual([])
})
