import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { bufferTime, concatMap, debounceTime, delay, filter, map, mergeMap } from 'rxjs'
import { Aggregate } from '../../cogs/aggregate.js'
import { Anonymise } from '../../cogs/anonymise.js'
import { Batch } from '../../cogs/batch.js'
import { Count } from '../../cogs/count.js'
import { Dedupe } from '../../cogs/dedupe.js'
import { Delay } from '../../cogs/delay.js'
import { ExtractIp } from '../../cogs/extract-ip.js'
import { Filter } from '../../cogs/filter.js'
import { FormatCsv } from '../../cogs/format-csv.js'
import { FormatJson } from '../../cogs/format-json.js'
import { FormatMsgpack } from '../../cogs/format-msgpack.js'
import { JoinLines } from '../../cogs/join-lines.js'
import { Map as MapEach } from '../../cogs/map.js'
import { Parallel } from '../../cogs/parallel.js'
import { ParseCsv } from '../../cogs/parse-csv.js'
import { ParseGrok } from '../../cogs/parse-grok.js'
import { ParseIp } from '../../cogs/parse-ip.js'
import { ParseJson } from '../../cogs/parse-json.js'
import { ParseKeyValue } from '../../cogs/parse-key-value.js'
import { ParseMsgpack } from '../../cogs/parse-msgpack.js'
import { ParseRegex } from '../../cogs/parse-regex.js'
import { ParseSyslog } from '../../cogs/parse-syslog.js'
import { ParseTime } from '../../cogs/parse-time.js'
import { ParseUrl } from '../../cogs/parse-url.js'
import { ParseXml } from '../../cogs/parse-xml.js'
import { Quantiles } from '../../cogs/quantiles.js'
import { Rate } from '../../cogs/rate.js'
import { ResolveHostnames } from '../../cogs/resolve-hostnames.js'
import { Rx, type RxOptions } from '../../cogs/rx.js'
import { ConvertFields } from '../../cogs/convert-fields.js'
import { Fingerprint } from '../../cogs/fingerprint.js'
import { Redact } from '../../cogs/redact.js'
import { RemoveFields } from '../../cogs/remove-fields.js'
import { RenameFields } from '../../cogs/rename-fields.js'
import { SelectFields } from '../../cogs/select-fields.js'
import { Split } from '../../cogs/split.js'
import { Tap } from '../../cogs/tap.js'
import { ToIdea } from '../../cogs/to-idea.js'
import { Validate } from '../../cogs/validate.js'
import { ValidateIdea } from '../../cogs/validate-idea.js'
import { GeoIp } from '../../cogs/geo-ip.js'
import { LookupDns } from '../../cogs/lookup-dns.js'
import { LookupTable } from '../../cogs/lookup-table.js'
import { MatchNetworks } from '../../cogs/match-networks.js'
import { Cog, itemGetter } from '../../lib/movement/index.js'
import { checkCog, type CheckWorld, type MakeCog } from '../../lib/testing/index.js'
import { mmdb } from '../support/mmdb.js'
import { Sample } from '../../cogs/sample.js'
import { SqlLookup } from '../../cogs/sql-lookup.js'
import { postgresDialect } from '../../lib/sql/postgres.js'
import { SampleReservoir } from '../../cogs/sample-reservoir.js'
import { Throttle } from '../../cogs/throttle.js'
import { Unbatch } from '../../cogs/unbatch.js'
import { root } from '../support/sources.js'
import { temporary } from '../support/temporary.js'

const HITS = Array.from({ length: 16 }, (_, n) => ({ ip: `192.0.2.${n % 5}`, bytes: n }))
const NUMBERS = HITS.map(({ bytes }) => bytes)
const written = (name: string, content: string | Buffer): string => {
  const path = join(temporary(), name)
  writeFileSync(path, content)
  return path
}
const DATABASE = written('test.mmdb', mmdb({ '192.0.2.0/30': { country: 'CZ' } }))
const TABLE = written('table.csv', 'ip,owner\n192.0.2.1,anna\n192.0.2.2,bob\n')
const bad = { ip: 'nowhere', bytes: 0 }

const resolver = ({ later }: CheckWorld) => ({
  async reverse(ip: string) {
    await later()
    if (ip.startsWith('4.')) throw Object.assign(new Error('no server'), { code: 'ETIMEOUT' })
    return [`host-${ip}`]
  },
})

const database =
  ({ later }: CheckWorld) =>
  () =>
    Promise.resolve({
      dialect: postgresDialect,
      async query({ values }: { readonly values: readonly unknown[] }) {
        await later()
        if (values[0] === '192.0.2.3') throw new Error('no answer')
        return values[0] === '192.0.2.2' ? [] : [{ owner: `owner of ${String(values[0])}` }]
      },
      transaction: () => Promise.resolve(),
      isRefusal: () => false,
      close: () => undefined,
    })

const sum = {
  ...{ windowMs: 1000, keyGetter: itemGetter<{ ip: string; bytes: number }, string>('ip'), init: () => 0 },
  add: (total: number, { bytes }: { bytes: number }) => total + bytes,
  result: (total: number, { key, size }: { key: string | null; size: number }) => {
    if (key?.endsWith('.4') === true) throw new Error('not this group')
    return { key, size, total }
  },
}

const rx =
  (options: RxOptions<number, unknown>): MakeCog =>
  (train) =>
    new Rx<number, unknown>(train, options)

/** Each way in which a cog can keep its books, with data that go each of its ways: through, nowhere, and wrong. */
const CASES: readonly (readonly [name: string, make: MakeCog, data: readonly unknown[]])[] = [
  ['Aggregate', (train) => new Aggregate(train, sum), HITS],
  ['Aggregate', (train) => new Aggregate(train, { ...sum, sizeMax: 2, keysMax: 2, windowMs: 60_000 }), HITS],
  ['Batch', (train) => new Batch(train, { countMax: 3, ageMs: 100 }), HITS],
  ['Count', (train) => new Count(train, { keyGetter: itemGetter('ip'), periodMs: 1000, keysMax: 3 }), HITS],
  ['Rate', (train) => new Rate(train, { amountGetter: itemGetter('bytes') }), [...HITS, {}]],
  ['Quantiles', (train) => new Quantiles(train, { getter: itemGetter('bytes'), periodMs: 200 }), [...HITS, {}]],
  ['Sample', (train) => new Sample(train, { every: 2, probability: 0.7 }), HITS],
  [
    'SampleReservoir',
    (train) => new SampleReservoir(train, { size: 2, periodMs: 500, keysMax: 4, keyGetter: itemGetter('ip') }),
    HITS,
  ],
  ['SampleReservoir', (train) => new SampleReservoir(train, { size: 3, periodMs: 5000 }), HITS],
  ['Delay', (train) => new Delay(train, { delayMs: 50 }), HITS],
  ['Throttle', (train) => new Throttle(train, { perSecond: 2, burst: 2, keyGetter: itemGetter('ip') }), HITS],
  ['Throttle', (train) => new Throttle(train, { perSecond: 2, burst: 2, onExcess: 'delay' }), HITS],
  ['Unbatch', (train) => new Unbatch(train), [[1, 2], [], [3], 7]],
  ['Anonymise', (train) => new Anonymise(train), [...HITS, bad]],
  [
    'ConvertFields',
    (train) => new ConvertFields(train, { fields: { n: 'int' } }),
    [{ n: '1' }, { n: 'x' }, {}, 7, { n: 2 }],
  ],
  ['Dedupe', (train) => new Dedupe(train, { keyGetter: itemGetter('ip'), windowMs: 1000, keysMax: 3 }), [...HITS, {}]],
  [
    'ExtractIp',
    (train) => new ExtractIp(train, { onMissing: 'fail' }),
    [{ line: 'from 192.0.2.7 port 1' }, { line: 'none' }, { line: '::1' }],
  ],
  [
    'ExtractIp',
    (train) => new ExtractIp(train, { onMissing: 'drop', all: true }),
    [{ line: '192.0.2.7 192.0.2.8' }, { line: 'none' }, {}],
  ],
  ['Filter', (train) => new Filter(train, { field: 'bytes', oneOf: [1, 2, 3] }), [...HITS, null]],
  ['Fingerprint', (train) => new Fingerprint(train, { fields: ['ip'] }), [...HITS, { ip: 1n }]],
  ['GeoIp', (train) => new GeoIp(train, { file: DATABASE, onMissing: 'drop' }), [...HITS, { ip: '::1' }, bad]],
  ['FormatCsv', (train) => new FormatCsv(train, { columns: ['ip', 'bytes'], header: true }), [...HITS, 7]],
  ['FormatJson', (train) => new FormatJson(train), [...HITS, undefined]],
  ['FormatMsgpack', (train) => new FormatMsgpack(train), [...HITS, () => 1]],
  [
    'JoinLines',
    (train) => new JoinLines(train, { continuation: /^ /, linesMax: 3, flushMs: 20 }),
    ['a', ' b', 'c', ' d', ' e', ' f', 7, 'g', ' h'],
  ],
  [
    'JoinLines',
    (train) =>
      new JoinLines<{ ip: string; bytes: number }>(train, {
        ...{ start: /[02]/, keysMax: 3, keyGetter: itemGetter('ip'), getter: ({ bytes }) => String(bytes) },
        setter: (data, text) => {
          if (text === '2') throw new Error('not this one')
          return { ...data, text }
        },
      }),
    HITS,
  ],
  [
    'LookupDns',
    (train, world) => {
      const resolve = (name: string) => resolver(world).reverse(name === 'c' ? '4.' : name)
      return new LookupDns(train, { resolver: { resolve }, concurrencyMax: 2, ttlMs: 500, onError: 'fail' })
    },
    [...['a', 'b', 'a', 'c', 'd', 'a', 'b', 'c'].map((host) => ({ host })), {}, { host: '' }],
  ],
  [
    'LookupTable',
    (train) => new LookupTable(train, { file: TABLE, getter: itemGetter('ip'), onMissing: 'fail' }),
    [...HITS, { ip: [] }],
  ],
  [
    'SqlLookup',
    (train, world) =>
      new SqlLookup(train, {
        ...{ url: 'postgres://db/hosts', table: 'hosts', keyColumn: 'ip', columns: ['owner'], onMissing: 'drop' },
        ...{ getter: itemGetter('ip'), open: database(world), concurrencyMax: 2, ttlMs: 500 },
      }),
    [...HITS, {}],
  ],
  ['Map', (train) => new MapEach(train, { fn: (n: number) => 10 / (n - (n % 2)) }), NUMBERS],
  [
    'ParseCsv',
    (train) => new ParseCsv(train, { header: true }),
    ['ip,agent', '192.0.2.1,"curl, 8"', '192.0.2.2,a', '', '"open', 'a,b,c'],
  ],
  [
    'MatchNetworks',
    (train) => new MatchNetworks(train, { networks: ['192.0.2.0/30'], onMissing: 'drop' }),
    [...HITS, bad],
  ],
  ['ParseCsv', (train) => new ParseCsv(train, { columns: ['a', 'b'] }), ['1,2', '"3 ""x""",4', '5', '6,7']],
  [
    'ParseGrok',
    (train) => new ParseGrok(train, { match: 'from %{IP:ip}' }),
    ['from 192.0.2.7', 'to b', '', 'from ::1'],
  ],
  ['ParseIp', (train) => new ParseIp(train, { result: 'object' }), [...HITS, bad, { ip: '::FFFF:192.0.2.1' }]],
  ['ParseJson', (train) => new ParseJson(train), ['{"a":1}', '', '{"b":[2]}', '7', '{', '{"c":{}}', ' ', '[]']],
  ['ParseKeyValue', (train) => new ParseKeyValue(train, { bare: 'fail' }), ['a=1 b="x y"', 'c', 'd=', 'a=1 a=2', '']],
  ['ParseMsgpack', (train) => new ParseMsgpack(train), [Uint8Array.of(7), Uint8Array.of(0xc1), Uint8Array.of(0x90)]],
  ['ParseRegex', (train) => new ParseRegex(train, { pattern: /from (?<ip>\S+)/ }), ['from a', 'to b', 'from c', '']],
  [
    'ParseRegex',
    (train) => new ParseRegex(train, { pattern: /from (?<ip>\S+)/, onMismatch: 'drop' }),
    ['from a', 'to b', ''],
  ],
  [
    'ParseSyslog',
    (train) => new ParseSyslog(train),
    ['<38>Nov 21 10:00:00 web1 sshd[812]: closed', '<165>1 - - - - - - x', 'none', '<999>'],
  ],
  [
    'ParseTime',
    (train) => new ParseTime(train),
    [{ time: '21/Nov/2026:10:00:00 +0100' }, { time: 'soon' }, { time: '1000' }],
  ],
  ['ParseUrl', (train) => new ParseUrl(train), [{ url: '/a?b=c' }, { url: 'no' }, { url: 'http://a.example' }, {}]],
  ['ParseXml', (train) => new ParseXml(train), ['<a>1</a>', '<a>', '<a b="c"/>', '']],
  ['Redact', (train) => new Redact(train), [{ to: 'anna@example.org' }, 'bob@example.org', 7, { a: [] }]],
  ['RemoveFields', (train) => new RemoveFields(train, { fields: ['bytes'] }), [...HITS, 7]],
  ['RenameFields', (train) => new RenameFields(train, { fields: { ip: '/source/ip' } }), [...HITS, 7]],
  ['SelectFields', (train) => new SelectFields(train, { fields: ['ip'] }), [...HITS, 7]],
  ['Split', (train) => new Split(train, { field: 'list', as: 'item' }), [{ list: [1, 2] }, { list: [] }, {}]],
  ['Split', (train) => new Split(train, { onMissing: 'drop', itemsMax: 2 }), [[{ a: 1 }, { a: 2 }], 7, [1, 2, 3], []]],
  ['Tap', (train) => new Tap(train, { every: 3 }), HITS],
  [
    'ToIdea',
    (train) => new ToIdea(train, { category: ['Test'], nodeName: 'org.example' }),
    [{ time: '2026-11-21T09:00:00Z' }, {}],
  ],
  ['Validate', (train) => new Validate(train, { schema: { required: ['ip'] } }), [...HITS, {}]],
  [
    'ValidateIdea',
    (train) => new ValidateIdea(train),
    [{ Format: 'IDEA0', ID: 'a', DetectTime: '2026-11-21T09:00:00Z', Category: ['Test'] }, {}],
  ],
  [
    'ResolveHostnames',
    (train, world) => new ResolveHostnames(train, { resolver: resolver(world), concurrencyMax: 2, ttlMs: 500 }),
    [...HITS, { ip: '4.4.4.4' }, bad, {}],
  ],
  [
    'ResolveHostnames',
    (train, world) => new ResolveHostnames(train, { resolver: resolver(world), onError: 'fail' }),
    [{ ip: '4.4.4.4' }, ...HITS],
  ],
  [
    'Rx',
    rx({
      operators: (source$) =>
        source$.pipe(
          filter((n) => n !== 2),
          mergeMap((n) => (n === 3 ? [n, n] : [n])),
        ),
    }),
    NUMBERS,
  ],
  ['Rx', rx({ operators: (source$, on) => source$.pipe(debounceTime(50, on)), origins: 'next' }), NUMBERS],
  [
    'Rx',
    rx({
      operators: (source$, on) =>
        source$.pipe(
          bufferTime(200, on),
          filter((list) => list.length > 0),
        ),
      origins: 'next',
    }),
    NUMBERS,
  ],
  ['Rx', rx({ operators: (source$, on) => source$.pipe(delay(20, on)), origins: 'each' }), NUMBERS],
  [
    'Rx',
    (_, { later }) =>
      rx({ operators: (source$) => source$.pipe(concatMap(async (n) => later().then(() => n))), origins: 'each' })(_, {
        later,
      }),
    NUMBERS,
  ],
  ['Rx', rx({ operators: (source$) => source$.pipe(map((n) => { if (n === 5) throw new Error('no fives'); return n })) }), NUMBERS], // prettier-ignore
]

test.each(CASES)('%s keeps its promises', async (_name, make, data) => {
  const { out } = await checkCog(make, data)
  expect(out).toBeGreaterThan(0)
})

test('no cog is left out', async () => {
  const pinions: string[] = []
  for (const file of readdirSync(`${root}cogs`).filter((name) => name.endsWith('.ts'))) {
    const module = (await import(`../../cogs/${file.replace(/ts$/, 'js')}`)) as Record<string, unknown>
    const classes = Object.entries(module).filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof Cog,
    )
    pinions.push(...classes.map(([name]) => name))
  }
  // Its own test proves it: it needs workers, which take their time.
  const others = [Parallel.name]
  expect(new Set([...CASES.map(([name]) => name), ...others])).toEqual(new Set(pinions))
})
