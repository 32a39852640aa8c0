import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { app } from '../../lib/app/app.js'
import { findSettings } from '../../lib/app/find-settings.js'
import { scratch } from './scratch.js'

const hello = app({
  name: 'hello',
  config: {
    a: {
      n: { doc: 'x', format: 'nat', default: 1 },
      key: { doc: 'x', format: 'text', default: null, sensitive: true },
    },
  },
  build: () => undefined,
})

test('the file, the directories and the settings are told apart, each setting with its origin', () => {
  const file = join(scratch({ 'hello.yaml': 'a:\n  n: 2\n' }), 'hello.yaml')
  const argv = ['--config', file, '--state-dir=/s', '--runtime-dir', '/r', '--log.level', 'debug', '--a.key', 'tiger']
  const found = findSettings(hello, { argv, env: {} })
  expect(found).toMatchObject({
    file,
    stateDir: '/s',
    runtimeDir: '/r',
    settings: { a: { n: 2 }, log: { level: 'debug' } },
  })
  expect(found.origins.get('a.n')?.origin).toBe(`${file}:2`)
  expect(found.warnings).toEqual(['--a.key shows a secret in the list of processes: use --a.key-file'])
})

test('without a file there are the defaults', () => {
  expect(findSettings(hello, { argv: [], env: {} })).toMatchObject({
    file: null,
    stateDir: null,
    runtimeDir: null,
    settings: { a: { n: 1 } },
  })
})
