import { expect, test } from '@jest/globals'
import { join } from 'node:path'
import { app, type App } from '../../lib/app/app.js'
import { look, lookAgain, prepare } from '../../lib/app/prepare.js'
import { ConfigError } from '../../lib/errors/index.js'
import { scratch } from './scratch.js'

const made = (): App => app({ name: 'made', config: { a: { n: { doc: 'x', format: 'nat', default: 1 } } }, build() {} })

test('what an app needs is looked for, and nothing is made', () => {
  const dir = scratch({})
  const env = { STATE_DIRECTORY: join(dir, 'state'), RUNTIME_DIRECTORY: join(dir, 'run') }
  const prepared = look(made(), { argv: ['--a.n', '3'], env })
  expect(prepared).toMatchObject({
    state: join(dir, 'state'),
    runtime: join(dir, 'run'),
    manager: null,
    settings: { a: { n: 3 } },
  })
})

test('a wrong setting is a ConfigError, before the log is touched', () => {
  expect(() => prepare(made(), { argv: ['--a.n', 'x'], env: {} })).toThrow(ConfigError)
})

test('a reload finds the log where the start did, as another user and in another directory too', () => {
  const argv = ['--daemon.detach']
  const own = look(made(), { argv, env: { STATE_DIRECTORY: '/s' } })
  expect(own.settings.log.file).toBe('/s/made.log')
  expect(lookAgain(made(), { argv, env: { HOME: '/h' } }, own).log.file).toBe('/s/made.log')
  const relative = ['--log.file', 'a.log']
  expect(lookAgain(made(), { argv: relative, env: {} }, { ...own, directory: '/d' }).log.file).toBe('/d/a.log')
})

test('a reload reads the file that the start read', () => {
  const dir = scratch({ 'a.json': '{"a":{"n":7}}' })
  const own = look(made(), { argv: ['--config', join(dir, 'a.json')], env: {} })
  expect(lookAgain(made(), { argv: ['--config', 'a.json'], env: {} }, own)).toMatchObject({ a: { n: 7 } })
})
