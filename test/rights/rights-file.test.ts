import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger } from '../../lib/movement/logger.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { RightsFile } from '../../lib/rights/rights-file.js'
import { temporary } from '../support/temporary.js'

const RULE = '{"rules":[{"who":"anyone","may":"read","on":"a.*"}]}'

function start(name = 'rights.json', text = RULE) {
  const path = join(temporary(), name)
  writeFileSync(path, text)
  const clock = new ManualClock()
  const told: string[] = []
  const tell = (level: string) => (fields: object | string) => {
    const { err } = fields as { err?: Error }
    told.push(err === undefined ? level : `${level} ${err.message}`)
  }
  const log = { ...silentLogger, info: tell('info'), error: tell('error') }
  return { path, clock, told, open: () => new RightsFile(path, { clock, log }) }
}

test('rules are read from each format that settings are written in', () => {
  expect(start().open().rules()).toHaveLength(1)
  expect(start('r.yaml', 'rules:\n  - who: anyone\n    may: [read]\n    on: a.*\n').open().rules()).toHaveLength(1)
  expect(start('r.toml', '[[rules]]\nwho = "anyone"\nmay = "read"\non = "a.*"\n').open().rules()).toHaveLength(1)
  expect(start('r.yaml', '# nothing yet\n').open().rules()).toEqual([])
})

test('faults have the line where they stand', () => {
  const { path, open } = start('r.yaml', 'groups:\n  ops: bob\nrules: all\ncolour: red\n')
  expect(open).toThrow(`${path}:2: groups.ops must be anyone`)
  expect(open).toThrow(`${path}:3: rules must be a list`)
  expect(open).toThrow(`${path}:4: rights must have groups, rules only`)
})

test('a file that everybody may write to is refused', () => {
  const { path, open } = start()
  chmodSync(path, 0o646)
  expect(open).toThrow('must not be writable for everybody')
})

test('a file that is not there is a fault at the start', () => {
  const { path, open } = start()
  rmSync(path)
  expect(open).toThrow('cannot be read: there is no such file')
})

test('new rules count within a second, and are told once', () => {
  const { path, clock, told, open } = start()
  const file = open()
  writeFileSync(path, '{"rules":[]}')
  clock.advance(999)
  expect(file.rules()).toHaveLength(1)
  clock.advance(1)
  expect(file.rules()).toHaveLength(0)
  clock.advance(5_000)
  expect(file.rules()).toHaveLength(0)
  expect(told).toEqual(['info'])
})

test('rules that have faults, or are gone, leave those before, and are told of once', () => {
  const { path, clock, told, open } = start()
  const file = open()
  writeFileSync(path, '{"rules":[{"who":"anyone","may":"all","on":"*"}]}')
  for (let k = 0; k < 3; k++) {
    clock.advance(1_000)
    expect(file.rules()).toHaveLength(1)
  }
  expect(told).toEqual([expect.stringContaining('rules[0].may must be of read, set, call, run: it has "all"')])
  rmSync(path)
  clock.advance(1_000)
  expect(file.rules()).toHaveLength(1)
  expect(told[1]).toContain('there is no such file')
  writeFileSync(path, '{}')
  clock.advance(1_000)
  expect(file.rules()).toHaveLength(0)
})
