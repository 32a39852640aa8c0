// npm run soak: what takes too long for every day. A thousand rounds of crashes, an output that stalls for a minute, two
// hundred reloads under full load, five hundred kills of those who write one database, a thousand losses of power and
// random trains of each kind, three thousand histories of rotated logs, and requests and publications by the million.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status

const WIRE = { WIRE_ROUNDS: '160', WIRE_BURSTS: '100', WIRE_MUTATIONS: '100000' }
const ITEMS = { ITEM_ROUNDS: '160', ITEM_BURSTS: '100', ITEM_MUTATIONS: '100000' }

const STREAM = {
  ...{ STREAM_EVENTS: '1000000', STREAM_KILL_MS: '20000' },
  ...{ STREAM_NODES: '3', STREAM_TEST_MS: String(30 * 60_000) },
}

const steps = [
  () => run('npm', ['run', 'crash', '--', '--rounds', '1000', ...process.argv.slice(2)]),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/end-to-end/stall'], { DEADBEAT_STALL_MS: '60000' }),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/end-to-end/reload'], { DEADBEAT_RELOADS: '200' }),
  () => run('npm', ['run', 'crash:kv', '--', '--rounds', '500']),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/power-loss'], { POWER_LOSSES: '1000' }),
  () =>
    run(process.execPath, ['scripts/jest.mjs', 'test/movement/(random-train|cut/cutter)'], { RANDOM_TRAINS: '1000' }),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/cogs/buffer-restart'], { BUFFER_LIVES: '1000' }),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/cogs/file-watcher-random'], { FILE_HISTORIES: '3000' }),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/wire/m'], WIRE),
  () => run(process.execPath, ['scripts/jest.mjs', '--testTimeout=600000', 'test/items/interop/m'], ITEMS),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/stream/exactly-once'], STREAM),
  () => run(process.execPath, ['scripts/jest.mjs', 'test/runner/node/(processes|outage)'], { FLEET_SOAK: '1' }),
]
let isGood = true
for (const step of steps) isGood = step() === 0 && isGood
process.exit(isGood ? 0 : 1)
