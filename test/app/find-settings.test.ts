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

test('relative paths are refused on demand, each with where it is from; patterns that take away are paths, too', () => {
  const config = {
    in: { files: { doc: 'x', format: 'paths' }, to: { doc: 'x', format: 'path', default: null } },
  } as const
  const reads = app({ name: 'reads', config, build: () => undefined })
  const find = (...argv: string[]) => findSettings(reads, { argv, env: {} }).settings.log.level
  const some = [...['/a/*', 'b/*', '!/c', '!d'].flatMap((path) => ['--in.files', path]), '--in.to', 'e']
  expect(find(...some)).toBe('info')
  expect(find('--relative-paths', 'refuse', '--in.files', '/a', '--in.files', '!/b')).toBe('info')
  expect(() => find('--relative-paths', 'refuse', ...some)).toThrow(
    expect.objectContaining({
      faults: ['in.files', 'in.files', 'in.to'].map((path) =>
        expect.stringContaining(`${path} must be a whole path, as it runs in ${process.cwd()}: it is `),
      ),
    }),
  )
  expect(() => find('--relative-paths', 'no')).toThrow('--relative-paths must be refuse or allow: it is no')
})
