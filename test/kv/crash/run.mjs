// node test/kv/crash/run.mjs [--rounds N] [--seed S]
// Several processes write one store, and are killed at random moments, one of them or all. After each kill every
// acknowledged commit must be there, no half of one, revisions without a gap, old states as they were, and watches that
// were killed go on where they were. Exits with 1 if a rule was broken.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { EmbeddedBackend } from '../../../dist/lib/kv/index.js'
import { Random } from '../../crash/random.mjs'
import { Child } from './child.mjs'
import { Model } from './model.mjs'

const WRITERS = 3
const ALL = { key: '', end: '\0' }
/** How far behind a watch may be that is killed: else several in a row die before they began, until history is gone. */
const BEHIND_MAX = 5000
/** How long what must happen may take on a busy machine. */
const PATIENCE_MS = 30_000

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } })
const rounds = Number(values.rounds ?? 50)
const random = new Random(values.seed ?? Date.now())
const directory = mkdtempSync(join(tmpdir(), 'deadbeat-kv-crash-'))
const file = join(directory, 'store.kv')
const model = new Model()
const writers = new Set()
let watcher = null
let watched = 1
let names = 0
let kills = 0
let heard = 0
let engine = open()

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end())
await startWatcher()
for (let round = 1; round <= rounds && model.faults.length === 0; round++) await play(round)
await killAll()
await until(() => model.alive().length === 0, 'the leases of those that were killed end')
await check()
await end()

async function play(round) {
  while (writers.size < WRITERS) startWriter()
  if (random.chance(0.7)) {
    const enough = heard + random.between(1, 150)
    await until(() => heard >= enough, 'the writers write')
  }
  await pause(random.between(0, 30))
  if (round % 25 === 0) {
    await killAll()
    await engine.close()
    engine = open()
  } else if (random.chance(0.2) && model.revision - watched < BEHIND_MAX) await killWatcher()
  else await kill(random.pick([...writers]))
  await check()
  if (watcher === null) await startWatcher()
  if (process.stdout.isTTY) process.stdout.write(`\r${round} of ${rounds} rounds, ${model.found} commits`)
}

/** Open the store, and hear what follows on what was told. */
function open() {
  const { engine } = new EmbeddedBackend({ file, revisionsMax: 20_000 })
  engine.watch(ALL, model.revision + 1, {
    changed: (changes, revision) => model.told(changes, revision),
    gap: (revision) => model.fault(`a gap below ${revision}`),
    failed: () => undefined,
  })
  return engine
}

function startWriter() {
  const name = `w${names++}`
  const writer = new Child('writer.mjs', [file, name], (line) => {
    const [who, number, revision] = line.split(' ')
    model.acknowledged(who, Number(number), Number(revision))
    heard += 1
  })
  writers.add(writer)
}

async function startWatcher() {
  const from = watched + 1
  watcher = new Child('watcher.mjs', [file, String(from)], (line) => {
    if (Number(line) !== watched + 1) model.fault(`a watch that began at ${from} was told ${line} behind ${watched}`)
    watched = Number(line)
  })
}

async function kill(writer) {
  writers.delete(writer)
  if (writer.hasEnded) model.fault(`a writer ended by itself: ${writer.errors}`)
  await writer.kill()
  kills += 1
}

async function killWatcher() {
  if (watcher === null) return
  if (watcher.hasEnded) model.fault(`a watcher ended by itself: ${watcher.errors}`)
  await watcher.kill()
  watcher = null
  kills += 1
}

async function killAll() {
  await Promise.all([...writers].map(kill))
  await killWatcher()
}

async function check() {
  const acknowledged = model.takeAcknowledged()
  const { revision, results } = await engine.range([ALL])
  await until(() => model.revision >= revision, `the watch is told up to ${revision}`)
  model.checkAcknowledged(acknowledged)
  model.checkState(results[0].kvs, revision)
  const past = Math.max(1, revision - random.between(0, 5000))
  model.checkState((await engine.range([ALL], past)).results[0].kvs, past)
}

async function until(isSo, what) {
  for (let left = PATIENCE_MS; !isSo(); left -= 5) {
    if (left <= 0) return model.fault(`after ${PATIENCE_MS} ms it is not so that ${what}`)
    await pause(5)
  }
}

async function end() {
  await killAll()
  await engine.close()
  process.stdout.write(
    `${kills} kills, ${model.revision} revisions, ${model.found} commits, ${model.faults.length} faults\n`,
  )
  for (const fault of model.faults) process.stdout.write(`  ${fault}\n`)
  if (model.faults.length > 0) process.stdout.write(`  kept in ${directory}\n`)
  else rmSync(directory, { recursive: true })
  process.exit(model.faults.length === 0 ? 0 : 1)
}
