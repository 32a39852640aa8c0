import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scratch } from '../app/scratch.js'
import { appOfConfig, isConfigFile } from '../../lib/cli/app-of-config.js'

test.each([
  ['a.yaml', 'a.ts'],
  ['config/a.json', 'apps/a.ts'],
  ['config/a.toml', 'a.mjs'],
])('%s is for %s', (config, file) => {
  const dir = scratch({ [config]: '', [file]: '' })
  expect(appOfConfig(join(dir, config))).toBe(join(dir, file))
})

test('without an app beside it a file is for the one of its name', () => {
  expect(appOfConfig(join(scratch({}), 'resolve.yaml'))).toBe('resolve')
})

test('a configuration file is known by its ending', () => {
  expect(['a.yaml', 'a.TOML', 'a.ts', 'a'].map(isConfigFile)).toEqual([true, true, false, false])
})
