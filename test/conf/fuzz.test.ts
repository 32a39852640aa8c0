// Mutated configurations of every kind of file: each gives settings that keep their rules, or clear faults; none anything else.
// CONFIG_FUZZ plays more than the usual number, CONFIG_FUZZ_SEED others.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { gatherWithOrigins } from '../../lib/conf/gather.js'
import { describeSchema } from '../../lib/conf/schema.js'
import { ConfigError } from '../../lib/errors/index.js'
import { logBaseConfig } from '../../lib/log/config.js'
import { trainBaseConfig } from '../../lib/movement/train/train-config.js'
import { insert } from '../../lib/settings/index.js'
import { temporary } from '../support/temporary.js'

const COUNT = Number(process.env['CONFIG_FUZZ'] ?? 2000)
const SEED = Number(process.env['CONFIG_FUZZ_SEED'] ?? 1)

const schema = insert({
  log: logBaseConfig,
  train: trainBaseConfig,
  all: {
    text: { doc: 'x', format: 'text', default: 'a' },
    list: { doc: 'x', format: 'strings', default: [] },
    only: { doc: 'x', format: 'regexp', default: null },
    extra: { doc: 'x', format: 'object', default: {} },
    to: { doc: 'x', format: 'endpoint', default: ':1' },
    key: { doc: 'x', format: 'text', default: null, sensitive: true },
    deep: { er: { n: { doc: 'x', format: 'int', default: -1 } } },
  },
})
const rows = describeSchema(schema)

const SEEDS: Readonly<Record<string, string>> = {
  'a.json':
    '{"log":{"level":"debug"},"all":{"text":"b","list":["x","y"],"extra":{"n":[1,{"m":2}]},"deep":{"er":{"n":5}}}}',
  'a.json5': "{log: {level: 'debug',}, /* c */ all: {only: '/^a/i', key: {file: 'a.json5'}, to: 'h:1', extra: {a: 1}}}",
  'a.yaml':
    'include: []\nlog: &a\n  level: debug\nall:\n  list: [x, y]\n  extra: { b: [1, 2] }\n  deep: { er: { n: 5 } }\n',
  'a.toml': '[log]\nlevel = "debug"\n[all]\nlist = ["x", "y"]\nextra = { n = 1 }\ndeep.er.n = 5\n',
}

const WORDS = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'include', '$schema', 'log', 'all', 'file', 'level', 'null'],
  ...['{', '}', '[', ']', ':', ',', '"', "'", '\\', '#', '=', '.', '*a', '&a', '!x', '<<', '|', '-', '\n', ' ', '\t'],
  ...['1e999', '-0', 'NaN', '0x10', '9'.repeat(30), '\0', '\uFEFF', '\u2028', '\uD800', '*', '../', '"""', "'''", '%'],
  ...['"__proto__": {"polluted": 1}', '__proto__: {polluted: 1}', '["__proto__"]\npolluted = 1\n', '[[all]]', '---\n'],
  ...['[['.repeat(40), '{"a":'.repeat(40), 'x'.repeat(5000), '\u001b[31m'],
]

/** Numbers that the seed alone decides. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function mutate(text: string, below: (n: number) => number): string {
  let mutated = text
  for (let n = 1 + below(3); n > 0; n--) {
    const at = below(mutated.length + 1)
    const length = below(12)
    const word = WORDS[below(WORDS.length)] ?? ''
    const rest = mutated.slice(at + (below(2) === 0 ? length : 0))
    const insertion = [word, '', mutated.slice(at, at + 2 * length), String.fromCharCode(below(256))][below(4)] ?? ''
    mutated = mutated.slice(0, at) + insertion + rest
  }
  return mutated
}

/** What is wrong with how a configuration was answered; null if nothing is. */
function judge(go: () => ReturnType<typeof gatherWithOrigins<typeof schema>>): string | null {
  try {
    const { settings, origins } = go()
    for (const { path, rule, default: preset } of rows) {
      let value: unknown = settings
      for (const key of path.split('.')) value = (value as Record<string, unknown>)[key]
      if (value === undefined || (value === null && preset !== null)) return `${path} has no value`
      if (value !== null && rule.read(value) === undefined && rule.isFinal?.(value) !== true) return `${path} is wrong`
      if (origins.get(path)?.origin === undefined) return `${path} comes from nowhere`
    }
    return null
  } catch (error) {
    if (!(error instanceof ConfigError)) return String((error as Error).stack)
    if (error.faults.length === 0) return 'it is refused without a fault'
    return error.faults.find((fault) => fault.trim() === '' || fault.length > 2000) ?? null
  }
}

test(`${COUNT} mutated configurations are read or refused with clear faults, and reach no prototype`, () => {
  const dir = temporary()
  const below = random(SEED)
  const names = Object.keys(SEEDS)
  const outcomes = { read: 0, refused: 0 }
  for (let n = 0; n < COUNT; n++) {
    const name = names[below(names.length)] ?? ''
    const file = join(dir, name)
    const text = mutate(SEEDS[name] ?? '', below)
    writeFileSync(file, text)
    const env =
      below(4) === 0 ? { DEADBEAT_ALL_TEXT: mutate('abc', below), DEADBEAT_ALL_EXTRA: mutate('{"a":1}', below) } : {}
    const argv = below(4) === 0 ? mutate('--all.to=h:1 --all.deep.er.n 5 --log.level debug', below).split(' ') : []
    let isRead = false as boolean // What sets it the compiler doesn't see.
    const wrong = judge(() => {
      const gathered = gatherWithOrigins(schema, { argv, env, file, onWarning: () => undefined, exitOnError: false })
      isRead = true
      return gathered
    })
    outcomes[isRead ? 'read' : 'refused']++
    expect({ n, name, text: wrong === null ? '' : text, argv: wrong === null ? [] : argv, wrong }).toEqual({
      ...{ n, name, text: '', argv: [], wrong: null },
    })
  }
  expect([Object.hasOwn(Object.prototype, 'polluted'), Object.keys(Object.prototype)]).toEqual([false, []])
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(COUNT / 50) // Both happen, so both are tried.
})
