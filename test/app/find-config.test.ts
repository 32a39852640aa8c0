import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { findConfig } from '../../lib/app/find-config.js'
import { scratch } from './scratch.js'

test('the file lies in config beside the app, beside its folder, or beside dist', () => {
  for (const [config, app] of [
    ['apps/config/a.json', 'apps/a.ts'],
    ['config/a.yaml', 'apps/a.ts'],
    ['config/a.toml', 'dist/apps/a.js'],
  ] as const) {
    const dir = scratch({ [config]: '' })
    expect(findConfig('a', join(dir, app), '/nowhere')).toBe(join(dir, config))
  }
})

test('the nearer one is taken, the system-wide one comes last', () => {
  const dir = scratch({ 'apps/config/a.json': '', 'config/a.json': '', 'etc/a.yml': '' })
  expect(findConfig('a', join(dir, 'apps/a.ts'), join(dir, 'etc'))).toBe(join(dir, 'apps/config/a.json'))
  expect(findConfig('a', '/else/where/a.ts', join(dir, 'etc'))).toBe(join(dir, 'etc/a.yml'))
  expect(findConfig('a', null, join(dir, 'etc'))).toBe(join(dir, 'etc/a.yml'))
})

test('no file is null, two in one folder are a fault', () => {
  const dir = scratch({ 'config/a.json': '', 'config/a.yaml': '' })
  expect(findConfig('b', join(dir, 'apps/b.ts'), '/nowhere')).toBeNull()
  expect(() => findConfig('a', join(dir, 'apps/a.ts'))).toThrow(/a\.json and .*a\.yaml exist: say which with --config/)
})
