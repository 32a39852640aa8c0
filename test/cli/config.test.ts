import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

const APP = `import { app } from 'deadbeat/app'
const a = {
  waitMs: { doc: 'How long.', format: 'duration', default: '5s', live: true },
  only: { doc: 'Which.', format: 'regexp', default: null },
  names: { doc: 'Whose.', format: 'strings', default: ['x y'] },
  key: { doc: 'A secret.', format: 'text', default: null, sensitive: true },
  pin: { doc: 'Another.', format: 'text', default: null, sensitive: true },
}
export default app({ name: 'show', config: { a }, build() { throw new Error('built') } })
`

function start() {
  const dir = scratch({ 'show.mjs': APP, 'config/show.yaml': 'a:\n  only: /^a/i\n  key: tiger\n' })
  chmodSync(join(dir, 'config/show.yaml'), 0o600)
  return dir
}

test('each setting is shown with its value and where that comes from, secrets hidden', () => {
  const dir = start()
  const argv = ['config', 'show', '--a.names', 'b', 'c']
  const { status, stdout, stderr } = deadbeat(dir, argv, { DEADBEAT_A_WAIT_MS: '2s' })
  const file = join(dir, 'config/show.yaml')
  expect([status, stderr]).toEqual([0, ''])
  expect(
    stdout
      .split('\n')
      .slice(0, 6)
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    [`show, with ${file}`],
    ['a.waitMs', '2s', 'DEADBEAT_A_WAIT_MS'],
    ['a.only', '/^a/i', `${file}:2`],
    ['a.names', '["b","c"]', '--a.names'],
    ['a.key', '(hidden)', `${file}:3`],
    ['a.pin', '-', 'default'],
  ])
  expect(stdout).toMatch(/^log\.level +info +default$/m)
})

test('as JSON each setting has its final value, too', () => {
  const { stdout } = deadbeat(start(), ['config', 'show', '--json', '--a.wait-ms=3s'])
  expect(stdout).not.toContain('tiger')
  const { settings } = JSON.parse(stdout) as { settings: Record<string, unknown> }
  expect(settings['a.waitMs']).toEqual({ value: 3000, written: '3s', origin: '--a.wait-ms', live: true })
  expect(settings['a.only']).toMatchObject({ value: '/^a/i' })
  expect(settings['a.key']).toMatchObject({ value: '(hidden)', written: '(hidden)' })
  expect(settings['log.file']).toEqual({ value: null, written: null, origin: 'default', live: false })
})

test('the schema is one that an editor can use, and takes the configuration in use', () => {
  const { status, stdout } = deadbeat(start(), ['config', 'show', '--schema'])
  expect(status).toBe(0)
  const isValid = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(
    JSON.parse(stdout) as object,
  )
  expect([
    isValid({ a: { only: '/^a/i', key: 'tiger' }, log: { level: 'warn' } }),
    isValid({ a: { onyl: 1 } }),
  ]).toEqual([true, false])
})

test('a wrong configuration is told as run tells it, code 78', () => {
  expect(deadbeat(start(), ['config', 'show', '--a.waitms', '1'])).toEqual({
    status: 78,
    stdout: '',
    stderr: 'show: --a.waitms is unknown: did you mean --a.wait-ms? (flag)\n',
  })
  expect(deadbeat(start(), ['config', 'none']).status).toBe(66)
})
