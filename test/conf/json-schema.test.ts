import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect, test } from '@jest/globals'
import { logBaseConfig } from '../../lib/log/config.js'
import { formatRules } from '../../lib/conf/formats.js'
import { gather } from '../../lib/conf/gather.js'
import { jsonSchema } from '../../lib/conf/json-schema.js'
import { describeSchema } from '../../lib/conf/schema.js'
import { ConfigError } from '../../lib/errors/index.js'
import { trainBaseConfig } from '../../lib/movement/train/train-config.js'
import type { Insert } from '../../lib/settings/index.js'
import { temporary } from '../support/temporary.js'

const compile = (schema: Insert): ValidateFunction =>
  new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(
    jsonSchema(describeSchema(schema), 'test'),
  )

function start(entry: object) {
  const schema = { a: { b: { doc: 'x', ...entry } } } as Insert
  const isValid = compile(schema)
  const file = join(temporary(), 'a.json')
  return (value: unknown): { editor: boolean; gather: boolean } => {
    writeFileSync(file, JSON.stringify({ a: { b: value } }))
    const editor = isValid({ a: { b: value } })
    try {
      gather(schema, { argv: [], env: {}, file })
      return { editor, gather: true }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return { editor, gather: false }
    }
  }
}

const VALUES = [
  ...[0, 1, -1, 1.5, 65_536, 2 ** 53, true, null, '', 'x', '5', '5s', '1h30m', '5 s', '64k', '1 MiB', '0640', '0999'],
  ...['a\0b', '::1', '192.0.2.0/24', 'h:80', '/a/i', 'http://h/', [], ['a'], ['a', 1], [''], {}, { file: 5 }],
]

/** Of these a schema tells only that they are texts. */
const LOOSE = ['regexp', 'address', 'addresses', 'network', 'networks', 'endpoint', 'url']

test.each(Object.keys(formatRules))('an editor refuses no %s that gather takes, and takes little else', (format) => {
  const judge = start({ format })
  for (const value of VALUES) {
    const { editor, gather } = judge(value)
    expect([value, editor === gather || (editor && LOOSE.includes(format))]).toEqual([value, true])
  }
})

test.each([
  [{ format: 'nat', default: 5, min: 2, max: 9 }, [1, 2, 9, 10]],
  [{ format: 'duration', default: '5s', min: 10, max: 9000 }, [9, 10, 9000, 9001, '5s', 'soon']],
  [{ format: 'port', default: 80, min: 1 }, [0, 1, 65_535, 65_536]],
  [{ format: ['a', 'b', 5], default: 'a' }, ['a', 5, 'c', 6, null]],
  [{ format: ['a'], default: null }, [null, 'a', 'b']],
  [{ format: 'path', default: null }, [null, 'x', '']],
])('%j: editor and gather agree', (entry, values) => {
  const judge = start(entry)
  for (const value of values) {
    const { editor, gather } = judge(value)
    expect([value, editor]).toEqual([value, gather])
  }
})

test('a secret may be named by its file, and its default is not told', () => {
  const schema = { a: { b: { doc: 'x', format: 'text', default: 'tiger', sensitive: true } } }
  const isValid = compile(schema)
  const values = ['x', { file: 'f' }, { file: '' }, { file: 'f', more: 1 }, {}]
  expect(values.map((b) => isValid({ a: { b } }))).toEqual([true, true, false, false, false])
  expect(JSON.stringify(jsonSchema(describeSchema(schema), 'a'))).not.toContain('tiger')
})

test('an unknown key is refused at every level; include and $schema are known', () => {
  const isValid = compile({ log: logBaseConfig, train: trainBaseConfig })
  expect(isValid({ $schema: './x', include: ['a', 'b'], log: { level: 'debug' }, train: { retryMs: '2s' } })).toBe(true)
  expect([{ lgo: {} }, { log: { levle: 'debug' } }, { log: 5 }].map((tree) => isValid(tree))).toEqual([
    false,
    false,
    false,
  ])
})

test('it tells what each setting means, its default, and what may change while running', () => {
  const rows = describeSchema({ a: { n: { doc: 'How many.', format: 'nat', default: 5, live: true } } })
  expect(jsonSchema(rows, 'app')).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of app',
    properties: {
      a: { properties: { n: { description: 'How many. May change while running.', default: 5, type: 'integer' } } },
    },
  })
})
