import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readWithIncludes } from '../../lib/conf/include.js'
import { temporary } from '../support/temporary.js'

function start(files: Readonly<Record<string, string>>, first: string) {
  const dir = temporary()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  const read = (name = first) => {
    const { files, faults } = readWithIncludes(join(dir, name))
    return {
      files: files.map(({ file }) => file.replace(`${dir}/`, '')),
      trees: files.map(({ tree }) => tree),
      faults: faults.map((fault) => fault.replaceAll(`${dir}/`, '')),
    }
  }
  return { dir, read }
}

test('what is included comes before what includes it, in the order of the list, relative to its own file', () => {
  const { read } = start(
    {
      'main.yaml': 'include: [sub/one.toml, two.json]\na: 1\n',
      'sub/one.toml': 'include = "../three.json5"\na = 2\n',
      'two.json': '{"a": 3}',
      'three.json5': '{a: 4}',
    },
    'main.yaml',
  )
  const { files, trees, faults } = read()
  expect(files).toEqual(['three.json5', 'sub/one.toml', 'two.json', 'main.yaml'])
  expect([trees, faults]).toEqual([[{ a: 4 }, { a: 2 }, { a: 3 }, { a: 1 }], []])
})

test('a pattern takes files by name, without hidden ones, and may take none', () => {
  const conf = { 'conf.d/20.yaml': '', 'conf.d/10.yaml': '', 'conf.d/.x.yaml': '', 'conf.d/1.yaml.bak': '' }
  const { read } = start({ 'a.json': '{"include":["conf.d/*.yaml","conf.d/?.toml"]}', ...conf }, 'a.json')
  expect(read()).toMatchObject({ files: ['conf.d/10.yaml', 'conf.d/20.yaml', 'a.json'], faults: [] })
})

test('in a pattern all but * and ? stands for itself', () => {
  const conf = { 'd/a.b[1].yaml': '', 'd/axb1.yaml': '' }
  const { read } = start({ 'a.json': '{"include":"d/a.b[1].*"}', ...conf }, 'a.json')
  expect(read().files).toEqual(['d/a.b[1].yaml', 'a.json'])
})

test('a circle is refused with the way around it, also through a link', () => {
  const { dir, read } = start(
    { 'a.yaml': 'include: b.yaml', 'b.yaml': 'include: c.yaml', 'me.yaml': 'include: me.yaml' },
    'a.yaml',
  )
  symlinkSync('a.yaml', join(dir, 'c.yaml'))
  expect(read().faults).toEqual(['a file must not include itself: a.yaml includes b.yaml includes c.yaml'])
  expect(read('me.yaml').faults).toEqual(['a file must not include itself: me.yaml includes me.yaml'])
})

test('a file that two others include is no circle', () => {
  const { read } = start(
    { 'a.yaml': 'include: [b.yaml, c.yaml]', 'b.yaml': 'include: d.yaml', 'c.yaml': 'include: d.yaml', 'd.yaml': '' },
    'a.yaml',
  )
  expect(read()).toMatchObject({ files: ['d.yaml', 'b.yaml', 'd.yaml', 'c.yaml', 'a.yaml'], faults: [] })
})

test('each file that is wrong is a fault that says who includes it, and hides none of the others', () => {
  const { read } = start(
    { 'a.yaml': 'x: 1\ninclude: [none.yaml, bad.json, "*/x.yaml", none/*.yaml]', 'bad.json': '{' },
    'a.yaml',
  )
  expect(read()).toEqual({
    files: ['a.yaml'],
    trees: [{ x: 1 }],
    faults: [
      'none.yaml cannot be read: there is no such file (included by a.yaml)',
      expect.stringMatching(/^bad.json:1 cannot be parsed: .* \(included by a.yaml\)$/),
      'include may hold * and ? in its last step only: it is "*/x.yaml" (a.yaml:2)',
      'none/*.yaml cannot be included: there is no such directory (a.yaml:2)',
    ],
  })
})

test.each(['5', '[a, 5]', '""', '{}'])('include: %s is a fault', (value) => {
  const { read } = start({ 'a.yaml': `x: 1\ninclude: ${value}\n` }, 'a.yaml')
  expect(read().faults).toEqual([expect.stringMatching(/^include must be a path or a list of paths: .*\(a.yaml:2\)$/)])
})

test('a configuration that grows without end is refused once', () => {
  const files: Record<string, string> = { 'f0.yaml': '' }
  for (let n = 1; n < 20; n++) files[`f${n}.yaml`] = `include: [f${n - 1}.yaml, f${n - 1}.yaml]`
  const { read } = start(files, 'f19.yaml')
  expect(read().faults).toEqual([
    expect.stringMatching(/^a configuration may consist of 1000 files: f\d+.yaml is one more$/),
  ])
})
