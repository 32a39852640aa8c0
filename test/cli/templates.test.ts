import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import prettier from 'prettier'
import { expect, test } from '@jest/globals'
import { appFiles, classOf, cogFiles, insertOf } from '../../lib/cli/templates.js'
import { node } from '../app/scratch.js'
import { emptyProject } from '../support/project.js'
import { root } from '../support/sources.js'

const STYLE = { semi: false, singleQuote: true, printWidth: 120 }

test('a name is spelt as each place wants it', () => {
  expect([classOf('cut-text-2'), insertOf('cut-text-2')]).toEqual(['CutText2', 'cutText2BaseConfig'])
})

test('what is written is laid out as our own code is', async () => {
  for (const { path, text } of [...cogFiles('cut-text'), ...appFiles('errors')]) {
    expect([path, await prettier.format(text, { ...STYLE, filepath: path })]).toEqual([path, text])
  }
})

test('what is written passes the strictest checks of the compiler', () => {
  const config = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      skipLibCheck: true,
    },
    include: ['cogs', 'apps', 'test'],
  }
  const dir = emptyProject('linked', { 'tsconfig.json': JSON.stringify(config), 'package.json': '{"type":"module"}' })
  for (const { path, text } of [...cogFiles('cut-text'), ...appFiles('errors')]) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  const types = ['--typeRoots', join(root, 'node_modules/@types')]
  const { status, stdout } = node(dir, [join(root, 'node_modules/.bin/tsc'), '-p', '.', ...types])
  expect([status, stdout]).toEqual([0, ''])
})
