import { expect, test } from '@jest/globals'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleFolderOf, findExamples, readLines, writeLines } from '../../../lib/app/examples/example-files.js'
import { temporary } from '../../support/temporary.js'

function folderWith(...names: string[]) {
  const folder = temporary()
  for (const name of names) writeFileSync(join(folder, name), '')
  return folder
}

test('examples are inputs and what is expected of each, by name', () => {
  const folder = folderWith('a.in', 'a.out', 'a.dead.out', 'b.jsonl', 'c.Tcp#2.in', 'c.Udp.in', 'config.yaml', 'README')
  const path = (name: string) => join(folder, name)
  expect(findExamples(folder)).toEqual({
    folder,
    config: path('config.yaml'),
    examples: [
      {
        name: 'a',
        inputs: [{ path: path('a.in'), supply: null, isJson: false }],
        expected: new Map([
          ['dead', path('a.dead.out')],
          ['', path('a.out')],
        ]),
      },
      { name: 'b', inputs: [{ path: path('b.jsonl'), supply: null, isJson: true }], expected: new Map() },
      {
        name: 'c',
        inputs: [
          { path: path('c.Tcp#2.in'), supply: 'Tcp#2', isJson: false },
          { path: path('c.Udp.in'), supply: 'Udp', isJson: false },
        ],
        expected: new Map(),
      },
    ],
  })
})

test.each([
  [['a.out'], /has a.out, and no a.in/, 66],
  [['README'], /has no examples: NAME.in and NAME.out/, 66],
  [['a.in', 'config.json', 'config.toml'], /has both config.json and config.toml/, 78],
])('a folder with %p is refused', (names, message, exitCode) => {
  const folder = folderWith(...names)
  expect(() => findExamples(folder)).toThrow(expect.objectContaining({ exitCode }))
  expect(() => findExamples(folder)).toThrow(message)
})

test('a folder that is not there is told', () => {
  expect(() => findExamples('/nowhere')).toThrow(
    'there are no examples: /nowhere is not there; deadbeat test --help says what belongs in it',
  )
})

test('they lie beside the app, and those of what was built beside its source', () => {
  const root = temporary()
  mkdirSync(join(root, 'apps', 'a.examples'), { recursive: true })
  expect(exampleFolderOf(join(root, 'apps', 'a.ts'))).toBe(join(root, 'apps', 'a.examples'))
  expect(exampleFolderOf(join(root, 'dist', 'apps', 'a.js'))).toBe(join(root, 'apps', 'a.examples'))
  expect(exampleFolderOf(join(root, 'dist', 'apps', 'b.js'))).toBe(join(root, 'dist', 'apps', 'b.examples'))
})

test('lines are read as they were written, and nothing is no file', () => {
  const path = join(temporary(), 'a.out')
  expect(readLines(path)).toEqual([])
  writeLines(path, ['a', '', 'b'])
  expect([readFileSync(path, 'utf8'), readLines(path)]).toEqual(['a\n\nb\n', ['a', '', 'b']])
  writeLines(path, [])
  expect(existsSync(path)).toBe(false)
})
