// What an insert marks as live takes effect with the next datum: a reload changes the options of a cog in their place.
import { expect, test } from '@jest/globals'
import { Anonymise } from '../../cogs/anonymise.js'
import { ExtractIp } from '../../cogs/extract-ip.js'
import { ParseIp } from '../../cogs/parse-ip.js'
import { ParseJson } from '../../cogs/parse-json.js'
import { ParseKeyValue } from '../../cogs/parse-key-value.js'
import { ParseSyslog } from '../../cogs/parse-syslog.js'
import type { Insert } from '../../lib/settings/index.js'
import { Escapement, Train, wholeGetter, wholeSetter } from '../../lib/movement/index.js'

const whole = { getter: wholeGetter, setter: wholeSetter } as object

interface Case {
  readonly make: (train: Train) => { options: object; turn(data: never): unknown }
  readonly change: Readonly<Record<string, unknown>>
  readonly input: string
  readonly before: unknown
  readonly after: unknown
}

const CASES: Readonly<Record<string, Case>> = {
  ParseJson: {
    make: (train) => new ParseJson(train),
    change: { objectsOnly: false },
    ...{ input: '[1]', before: 'TypeError', after: [[1]] },
  },
  ParseIp: {
    make: (train) => new ParseIp(train, whole),
    change: { unmap: false },
    ...{ input: '::ffff:192.0.2.1', before: ['192.0.2.1'], after: ['::ffff:192.0.2.1'] },
  },
  ExtractIp: {
    make: (train) => new ExtractIp(train, whole),
    change: { zone: false },
    ...{ input: 'from fe80::1%eth0', before: ['fe80::1%eth0'], after: ['fe80::1'] },
  },
  ParseKeyValue: {
    make: (train) => new ParseKeyValue(train),
    change: { repeats: 'last' },
    ...{ input: 'a=1 a=2', before: [{ a: ['1', '2'] }], after: [{ a: '2' }] },
  },
  ParseSyslog: {
    make: (train) => new ParseSyslog(train),
    change: { keywords: true },
    input: '<34>x',
    before: [expect.objectContaining({ facility: 4 })],
    after: [expect.objectContaining({ facility: 'auth' })],
  },
  Anonymise: {
    make: (train) => new Anonymise(train, whole),
    change: { onInvalid: 'blank' },
    ...{ input: 'nobody', before: 'TypeError', after: [''] },
  },
}

test.each(Object.entries(CASES))('%s goes by a live setting from the next datum on', (_, one) => {
  const { make, change, input, before, after } = one
  const cog = make(new Train(new Escapement()))
  const turn = (): unknown => {
    try {
      return cog.turn(input as never)
    } catch (error) {
      return (error as Error).name
    }
  }
  expect(turn()).toEqual(before)
  Object.assign(cog.options, change)
  expect(turn()).toEqual(after)
  const { baseConfig } = cog.constructor as unknown as { baseConfig: Insert }
  expect(Object.keys(change).map((name) => baseConfig[name])).toEqual([expect.objectContaining({ live: true })])
})

test('lines that ParseJson takes at once go by its live settings, too', () => {
  const cog = new ParseJson(new Train(new Escapement()))
  expect(cog.batch?.('[1]\n[2]')).toBe(null)
  Object.assign(cog.options, { objectsOnly: false })
  expect(cog.batch?.('[1]\n[2]')).toEqual([[1], [2]])
})
