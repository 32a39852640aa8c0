import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from '@swc/core'
import { FROM_SOURCE } from '../support/child.js'
import { filesBelow, root, sourceFiles, textOf } from '../support/sources.js'

interface Example {
  readonly where: string
  readonly text: string
}

const folder = join(root, 'build', 'examples')

/** The examples of the sources, each with what it uses imported for it. */
function sourceExamples(): Example[] {
  const homes = exportHomes()
  return sourceFiles().flatMap((file) => {
    const own = exportsOf(file)
    return [...textOf(file).matchAll(/^( *)\* @example\n((?:\1\*(?!\/).*\n)+)/gm)].map(([, , block], i) => {
      const lines = (block ?? '').split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
      const end = lines.findIndex((line) => /^@\w/.test(line))
      const code = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.startsWith('```')).join('\n')
      return { where: `${file} example ${i + 1}`, text: withImports(code, new Map([...homes, ...own])) }
    })
  })
}

/** The `ts` blocks of the documents; those that name a file are part of a tutorial, which has a test of its own. */
function documentExamples(): Example[] {
  return filesBelow('', '.md').flatMap((file) =>
    [...textOf(file).matchAll(/^```ts\n([^]*?)^```/gm)].map(([, text], i) => ({
      where: `${file} block ${i + 1}`,
      text: text ?? '',
    })),
  )
}

function exportsOf(file: string): Map<string, string> {
  // In dist only the doors have files of their own.
  const isOther = file.startsWith('packages/')
  const module = join(root, isOther ? file.replace('/src/', '/dist/').replace(/\.ts$/, '.js') : file)
  const names = [...textOf(file).matchAll(/^export (?:abstract |async )*(?:class|function\*?|const) ([\w$]+)/gm)]
  return new Map(names.map(([, name]): [string, string] => [name ?? '', module]))
}

function exportHomes(): Map<string, string> {
  const files = sourceFiles().filter((file) => /^(lib|cogs)\//.test(file))
  return new Map(files.flatMap((file) => [...exportsOf(file)]))
}

function withImports(code: string, homes: Map<string, string>): string {
  const declared = new Set([...code.matchAll(/\b(?:const|let|class|function) ([\w$]+)/g)].map(([, name]) => name))
  const used = [...homes].filter(([name]) => {
    const escaped = name.replaceAll('$', '\\$')
    return !declared.has(name) && new RegExp(`(?<![\\w$'])(?<!(?<!\\.)\\.)${escaped}(?![\\w$])`).test(code)
  })
  const imports = used.map(([name, from]) => `import { ${name} } from '${from}'`)
  const needsTrain = /\btrain\b/.test(code) && !declared.has('train')
  if (needsTrain) imports.push(`import { testTrain as $testTrain } from '${join(root, 'lib/testing/index.ts')}'`)
  return [
    `import assert from 'node:assert/strict'`,
    ...imports,
    needsTrain ? `const { train, clock, esc } = $testTrain()` : '',
    code.replace(/^import assert .*$/gm, ''),
  ].join('\n')
}

function runAll(examples: readonly Example[]): Map<string, string | null> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const files = examples.map(({ text }, i) => {
    const { code } = transformSync(text, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    })
    const file = join(folder, `${i}.mjs`)
    writeFileSync(file, code)
    return file
  })
  const runner = join(root, 'test/support/examples.mjs')
  const { stdout, stderr } = spawnSync(process.execPath, [...FROM_SOURCE, runner, ...files], {
    encoding: 'utf8',
    timeout: 600_000,
  })
  const results = new Map<string, string | null>(examples.map(({ where }) => [where, `did not run: ${stderr}`]))
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{"file":'))) {
    const { file, error } = JSON.parse(line) as { file: string; error: string | null }
    results.set(examples[files.indexOf(file)]?.where ?? '', error)
  }
  return results
}

const examples = [...sourceExamples(), ...documentExamples()]
const results = runAll(examples)

test.each(examples.map(({ where }) => where))('%s runs', (where) => {
  expect(results.get(where)).toBeNull()
})

test('there are examples at all', () => {
  expect(examples.length).toBeGreaterThan(20)
})

test('the generated documents are what the code says', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/reference.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
