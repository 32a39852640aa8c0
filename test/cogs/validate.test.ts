import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { Validate, type ValidateOptions } from '../../cogs/validate.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'validate-'))
  folders.push(folder)
  writeFileSync(join(folder, 'schema.json'), text)
  return join(folder, 'schema.json')
}

const start = (options: ValidateOptions<unknown>) => new Validate<unknown>(testTrain().train, options)

const SCHEMA = {
  type: 'object',
  required: ['ip', 'port'],
  additionalProperties: false,
  properties: {
    ip: { type: 'string', format: 'ipv4' },
    port: { type: 'integer', minimum: 0, maximum: 65_535 },
    proto: { enum: ['tcp', 'udp'] },
  },
}

test('passes the very datum that is as the schema says', () => {
  const data = { ip: '192.0.2.1', port: 22, proto: 'tcp' }
  expect([...(start({ schema: SCHEMA }).turn(data) as Iterable<unknown>)][0]).toBe(data)
})

test('diverts any other with all its faults', async () => {
  const { train, pass, dead } = testTrain()
  const bad = { ip: 'x', port: 70_000, proto: 'icmp', more: 1 }
  await pass([new Validate(train, { schema: SCHEMA })], [bad, {}])
  expect(dead.map(({ data }) => data)).toEqual([bad, {}])
  expect((dead[0]?.error.cause as { faults: string[] }).faults).toEqual([
    'the whole must NOT have additional properties: there is "more"',
    '"/ip" must match format "ipv4"',
    '"/port" must be <= 65535',
    '"/proto" must be equal to one of the allowed values: ["tcp","udp"]',
  ])
  expect(dead[1]?.error.message).toContain(
    "the whole must have required property 'ip'; the whole must have required property 'port'",
  )
})

test('tells no more faults than it is told to', () => {
  expect(() => start({ schema: SCHEMA, faultsMax: 1 }).turn({ a: 1, b: 2 })).toThrow(
    /^a datum must keep its rules: [^;]*$/,
  )
  const many = { type: 'array', items: { type: 'string' } }
  expect(() => start({ schema: many, faultsMax: 2 }).turn([1, 2, 3])).toThrow(/^[^;]*;[^;]*$/)
})

test.each([
  ['http://json-schema.org/draft-07/schema#', { items: [{ type: 'number' }] }],
  ['https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'number' }] }],
  ['https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'number' }] }],
])('knows the draft %s', ($schema, rest) => {
  const cog = start({ schema: { $schema, type: 'array', minItems: 1, ...rest, ...tuple($schema) } })
  expect(cog.turn([1])).toEqual([[1]])
  expect(() => cog.turn(['x'])).toThrow('"/0" must be number')
})

/** What strict mode asks of a tuple. */
function tuple(draft: string): object {
  return draft.includes('2020') ? { items: false } : { additionalItems: false }
}

test('reads the schema from a file when it starts', () => {
  const cog = start({ schemaFile: file(JSON.stringify(SCHEMA)) })
  expect(() => cog.turn({})).toThrow('cannot validate before start(), which reads the schemaFile')
  cog.start()
  expect(() => cog.turn({})).toThrow('required property')
  const bad = file('{')
  expect(() => start({ schemaFile: bad }).start()).toThrow(`schemaFile: cannot read ${bad}`)
  expect(() => start({ schemaFile: '/nowhere' }).start()).toThrow('schemaFile: cannot read /nowhere')
})

test('looks at a part of the datum', () => {
  const cog = start({ schema: { type: 'string' }, getter: itemGetter('line') })
  expect(cog.turn({ line: 'x' })).toEqual([{ line: 'x' }])
  expect(() => cog.turn({ line: 7 })).toThrow('the whole must be string')
})

test('refuses what is no schema, and fetches nothing', () => {
  expect(() => start({ schema: { type: 'strong' } })).toThrow('schema must be a JSON Schema:')
  expect(() => start({ schema: { typo: 1 } })).toThrow('unknown keyword: "typo"')
  expect(() => start({ schema: { $ref: 'https://192.0.2.1/other.json' } })).toThrow("can't resolve reference")
  expect(() => start({ schema: [] as never })).toThrow('schema must be a JSON Schema: it is []')
  expect(() => start({})).toThrow('either schema or schemaFile must be given: there are none')
  expect(() => start({ schema: {}, schemaFile: 'x' })).toThrow('there are both')
})

test('names that objects inherit are names as any other', () => {
  const cog = start({ schema: { type: 'object', required: ['constructor'], additionalProperties: { type: 'number' } } })
  expect(() => cog.turn({})).toThrow("required property 'constructor'")
  const data = JSON.parse('{"constructor":1,"__proto__":"x"}') as object
  expect(() => cog.turn(data)).toThrow('"/__proto__" must be number')
})
