import { dirname, normalize } from 'node:path'
import { importsOf, sourceFiles } from '../support/sources.js'

/** What each layer may import of ours; itself it always may. */
const MAY: Record<string, readonly string[]> = {
  'packages/inotify-ts': [],
  'lib/errors': [],
  'lib/settings': [],
  'lib/files': ['lib/errors', 'packages/inotify-ts'],
  'lib/net': ['lib/errors', 'lib/files', 'packages/inotify-ts'],
  'lib/sql': ['lib/errors', 'lib/files', 'lib/net'],
  'lib/process': ['lib/errors', 'lib/files', 'lib/net', 'packages/inotify-ts'],
  'lib/time': ['lib/errors'],
  'lib/text': ['lib/errors'],
  'lib/numbers': ['lib/errors'],
  'lib/typescript': ['lib/errors'],
  'lib/conf': ['lib/errors', 'lib/settings'],
  'lib/log': ['lib/errors', 'lib/settings', 'packages/inotify-ts'],
  'lib/daemon': ['lib/errors', 'lib/settings', 'lib/net', 'packages/inotify-ts'],
  'lib/movement': ['lib/errors', 'lib/settings', 'packages/inotify-ts'],
  'lib/kv': ['lib/movement', 'lib/errors', 'lib/settings', 'lib/files', 'lib/net', 'packages/inotify-ts'],
  'lib/rights': ['lib/kv', 'lib/movement', 'lib/conf', 'lib/text', 'lib/errors', 'lib/settings'],
  'lib/wire': ['lib/movement', 'lib/rights', 'lib/errors', 'lib/settings', 'lib/files', 'lib/net'],
  'lib/stream': ['lib/movement', 'lib/errors', 'lib/settings', 'lib/net'],
  'lib/workers': ['lib/movement', 'lib/errors'],
  'lib/rx': ['lib/movement', 'lib/kv', 'lib/items', 'lib/errors'],
  'lib/items': [
    ...['lib/movement', 'lib/kv', 'lib/rights', 'lib/wire', 'lib/errors', 'lib/settings', 'lib/files', 'lib/net'],
    ...['lib/conf', 'lib/text'],
  ],
  'lib/runner': [
    ...['lib/movement', 'lib/kv', 'lib/rights', 'lib/wire', 'lib/items', 'lib/typescript', 'lib/process'],
    ...[
      'lib/errors',
      'lib/settings',
      'lib/conf',
      'lib/files',
      'lib/net',
      'lib/text',
      'lib/time',
      'packages/inotify-ts',
    ],
  ],
  'lib/control': [
    ...['lib/items', 'lib/rights', 'lib/movement', 'lib/errors', 'lib/settings', 'lib/net', 'packages/inotify-ts'],
  ],
  'lib/testing': ['lib/movement', 'lib/kv', 'lib/items', 'lib/errors'],
  cogs: [
    'lib/movement',
    'lib/errors',
    'lib/settings',
    'lib/files',
    'lib/net',
    'lib/process',
    'lib/time',
    'lib/text',
    'lib/numbers',
    'lib/sql',
    'lib/workers',
    'packages/inotify-ts',
  ],
  'lib/app': [
    ...['lib/movement', 'lib/conf', 'lib/log', 'lib/daemon', 'lib/errors', 'lib/settings', 'lib/files'],
    ...[
      'lib/testing',
      'lib/typescript',
      'lib/workers',
      'lib/rights',
      'lib/items',
      'lib/control',
      'lib/stream',
      'lib/kv',
      'lib/net',
      'lib/process',
      'packages/inotify-ts',
    ],
  ],
  'lib/cli': [
    ...['lib/app', 'lib/conf', 'lib/log', 'lib/daemon', 'lib/errors', 'lib/settings', 'lib/files'],
    ...[
      'lib/control',
      'lib/items',
      'lib/kv',
      'lib/movement',
      'lib/process',
      'lib/rights',
      'lib/runner',
      'lib/typescript',
      'lib/wire',
    ],
  ],
  apps: ['deadbeat'],
}

/** Doors that one cog may use besides, by the beginning of its name. */
const COG_DOORS: Record<string, string> = {
  ...{ rx: 'lib/rx', 'kv-watch-supply': 'lib/kv', 'kv-drain': 'lib/kv' },
  ...{ 'item-supply': 'lib/items', 'item-drain': 'lib/items' },
  ...{ 'jetstream-supply': 'lib/stream', 'jetstream-drain': 'lib/stream' },
}

/** Outside packages, by the one folder that imports each. */
const HOME: Record<string, string> = {
  '@grpc/grpc-js': 'lib/kv',
  '@msgpack/msgpack': 'cogs',
  '@nats-io/jetstream': 'lib/stream',
  '@nats-io/transport-node': 'lib/stream',
  '@swc/wasm-typescript': 'lib/typescript',
  ajv: 'cogs',
  commander: 'lib/cli',
  convict: 'lib/conf',
  croner: 'lib/movement',
  'csv-parse': 'cogs',
  ioredis: 'lib/net',
  'ipaddr.js': 'lib/net',
  lmdb: 'lib/kv',
  'lru-cache': 'cogs',
  'mqtt-packet': 'lib/net',
  'mmdb-lib': 'cogs',
  mysql2: 'lib/sql',
  pg: 'lib/sql',
  json5: 'lib/conf',
  pino: 'lib/log',
  re2js: 'lib/text',
  rxjs: 'lib/rx',
  saxes: 'cogs',
  'smol-toml': 'lib/conf',
  'sorted-btree': 'lib/kv',
  tinyglobby: 'lib/files',
  yaml: 'lib/conf',
  zeromq: 'lib/wire',
}

function layerOf(path: string): string {
  const layers = Object.keys(MAY).sort((a, b) => b.length - a.length)
  return layers.find((layer) => path === layer || path.startsWith(`${layer}/`)) ?? path
}

function ours(file: string, from: string): string | null {
  if (from.startsWith('.')) return layerOf(normalize(`${dirname(file)}/${from}`))
  if (from === 'inotify-ts' || from.startsWith('inotify-ts/')) return 'packages/inotify-ts'
  return from === 'deadbeat' || from.startsWith('deadbeat/') ? 'deadbeat' : null
}

test('imports point one way', () => {
  const wrong: string[] = []
  for (const file of sourceFiles()) {
    const layer = layerOf(file)
    for (const { from } of importsOf(file)) {
      const target = ours(file, from)
      if (target === null || (target === layer && layer !== 'cogs')) continue
      const door = Object.entries(COG_DOORS).find(([name]) => file === `cogs/${name}.ts`)?.[1]
      if (!MAY[layer]?.includes(target) && target !== door) wrong.push(`${file} imports ${from}`)
    }
  }
  expect(wrong).toEqual([])
})

test('each outside package is imported by one folder', () => {
  const wrong: string[] = []
  for (const file of sourceFiles()) {
    for (const { from } of importsOf(file)) {
      if (from.startsWith('.') || from.startsWith('node:') || ours(file, from) !== null) continue
      const name = from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/')
      const home = HOME[name]
      if (home === undefined || layerOf(file) !== home) wrong.push(`${file} imports ${from}`)
    }
  }
  expect(wrong).toEqual([])
})

test('what the rules name is really imported', () => {
  const used = new Set(sourceFiles().flatMap((file) => importsOf(file).map(({ from }) => from)))
  const unused = Object.keys(HOME).filter(
    (name) => ![...used].some((from) => from === name || from.startsWith(`${name}/`)),
  )
  expect(unused).toEqual([])
})
