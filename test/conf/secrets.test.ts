import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { gatherWithOrigins, type GatherOptions } from '../../lib/conf/gather.js'
import { ConfigError } from '../../lib/errors/index.js'
import { insert } from '../../lib/settings/index.js'
import { temporary } from '../support/temporary.js'

const schema = insert({
  output: {
    password: { doc: 'x', format: 'text', default: null, sensitive: true },
    pin: { doc: 'x', format: 'nat', default: 0, sensitive: true },
    keyFile: { doc: 'x', format: 'path', default: null },
    key: { doc: 'x', format: 'text', default: null, sensitive: true },
    plain: { doc: 'x', default: '' },
  },
})

function start(files: Readonly<Record<string, string>> = {}) {
  const dir = temporary()
  for (const [name, text] of Object.entries({ secret: 'tiger\n', ...files })) {
    writeFileSync(join(dir, name), text)
    chmodSync(join(dir, name), 0o600)
  }
  const warnings: string[] = []
  const go = (options: GatherOptions) =>
    gatherWithOrigins(schema, { argv: [], env: {}, onWarning: (text) => warnings.push(text), ...options })
  return { dir, secret: join(dir, 'secret'), warnings, go }
}

function faultsOf(fn: () => unknown): readonly string[] {
  try {
    fn()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('a file names the file of a secret, relative to itself', () => {
  const { dir, secret, warnings, go } = start({ 'a.yaml': 'output:\n  password: { file: secret }\n' })
  const { settings, origins } = go({ file: join(dir, 'a.yaml') })
  expect([settings.output.password, origins.get('output.password')?.origin, warnings]).toEqual([
    'tiger',
    `${secret}, ${dir}/a.yaml:2`,
    [],
  ])
})

test('so do a variable and a flag, and the value has the type of the setting', () => {
  const { dir, secret, warnings, go } = start({ pin: '42' })
  const env = { DEADBEAT_OUTPUT_PASSWORD_FILE: secret }
  const { output } = go({ env, argv: [`--output.pin-file=${dir}/pin`] }).settings
  expect([output.password, output.pin, warnings]).toEqual(['tiger', 42, []])
})

test('a setting that has such a name itself keeps it', () => {
  const { secret, go } = start()
  const { output } = go({ env: { DEADBEAT_OUTPUT_KEY_FILE: secret } }).settings
  expect([output.keyFile, output.key]).toEqual([secret, null])
  expect(go({ argv: ['--output.key-file', secret] }).settings.output.keyFile).toBe(secret)
})

test("systemd's credentials are found by the path of the setting, and a variable goes before them", () => {
  const { dir, go } = start({ 'output.password': 'lion', 'output.plain': 'no' })
  const env = { CREDENTIALS_DIRECTORY: dir }
  const { password, plain } = go({ env }).settings.output
  expect([password, plain]).toEqual(['lion', ''])
  expect(go({ env: { ...env, DEADBEAT_OUTPUT_PASSWORD: 'cat' } }).settings.output.password).toBe('cat')
})

test('only a secret may lie in a file of its own', () => {
  const { dir, secret, go } = start({ 'a.json': '{"output":{"plain":{"file":"secret"}}}' })
  const options = { file: join(dir, 'a.json'), env: { DEADBEAT_OUTPUT_PLAIN_FILE: secret } }
  expect(faultsOf(() => go(options))).toEqual([
    `output.plain must be a string: it is {"file":"secret"} (${dir}/a.json:1)`,
    expect.stringContaining('DEADBEAT_OUTPUT_PLAIN_FILE is unknown'),
  ])
})

test('what is wrong with such a file is told, and never what it holds', () => {
  const { dir, secret, go } = start({ empty: '\n', large: 'x'.repeat(70_000), 'a.json': '{"output":{"password":{}}}' })
  const faults = faultsOf(() =>
    go({
      file: join(dir, 'a.json'),
      env: { DEADBEAT_OUTPUT_PASSWORD_FILE: '/nowhere', DEADBEAT_OUTPUT_PIN_FILE: secret },
      argv: ['--output.password-file', `${dir}/empty`, '--output.pin-file', `${dir}/large`, '--output.password-file'],
    }),
  )
  expect(faults).toEqual([
    `output.password must be a string of at least one character, or { file: PATH } (${dir}/a.json:1)`,
    'output.password cannot be read from /nowhere: there is no such file (DEADBEAT_OUTPUT_PASSWORD_FILE)',
    `output.pin must be a whole number of at least 0: it is (hidden) (${secret}, DEADBEAT_OUTPUT_PIN_FILE)`,
    `output.password cannot be read from ${dir}/empty: it is empty (--output.password-file)`,
    `output.pin cannot be read from ${dir}/large: it is larger than 65536 bytes (--output.pin-file)`,
    '--output.password-file needs a value: a path',
  ])
})

test('a secret that others can see is warned of', () => {
  const { dir, secret, warnings, go } = start({ 'a.json': '{"output":{"password":"cat"}}' })
  for (const name of ['.', 'secret', 'a.json']) chmodSync(join(dir, name), 0o755)
  go({ file: join(dir, 'a.json'), env: { DEADBEAT_OUTPUT_PIN: '1' }, argv: ['--output.key', 'lion'] })
  go({ argv: ['--output.password-file', secret] })
  expect(warnings).toEqual([
    `output.password stands in ${dir}/a.json:1, and everybody may read that: chmod o-r ${dir}/a.json`,
    '--output.key shows a secret in the list of processes: use --output.key-file',
    `${secret} holds output.password, and everybody may read it: chmod o-r ${secret}`,
  ])
})
