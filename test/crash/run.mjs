// node test/crash/run.mjs [--rounds N] [--seed S] [--plan NAME] [--checkpoints file|kv|etcd] [--jobs N] [--keep]
// Starts real apps, grows and rotates their input, kills them at random moments, and checks every line by its number.
// Round i has the seed S + i, so that any of them can be played again by itself. Exits with 1 if any round failed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { whyNotMountable } from './full-disk.mjs'
import { PLAN_NAMES, planOf } from './plan.mjs'
import { knowsCheckpoints } from './reader.mjs'
import { Round } from './round.mjs'
import { STORES, startStore } from './stores.mjs'

const options = readOptions()
const hasCheckpoints = prepare()
const store = await startStore(options.checkpoints).catch((error) => giveUp(error.message))
const total = { rounds: 0, kills: 0, rotations: 0, lines: 0, lost: 0, repeated: 0, faults: 0 }
const playing = new Set()
let next = options.seed
let isEnding = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endAll(signal))
// Whatever happens to us, nobody is left behind.
process.on('exit', () => {
  playing.forEach((round) => round.kill())
  store.stop()
})

await Promise.all(Array.from({ length: options.jobs }, work))
progress('')
process.stdout.write(
  `${Object.entries(total)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}\n`,
)
process.exit(total.faults === 0 && !isEnding ? 0 : 1)

async function work() {
  while (next < options.seed + options.rounds && !isEnding) await play(next++)
}

async function play(seed) {
  const plan = planOf(seed, planName(seed))
  const round = new Round(plan, hasCheckpoints, store)
  playing.add(round)
  const report = await round.play()
  const isKept = options.keep || round.faults.length > 0
  await round.close(isKept && !isEnding)
  playing.delete(round)
  if (isEnding) return
  total.rounds += 1
  total.kills += round.kills
  total.rotations += round.rotations
  total.lines += report?.written ?? 0
  total.lost += report?.lost ?? 0
  total.repeated += report?.repeated ?? 0
  if (round.faults.length > 0) total.faults += 1
  tell(plan, round, isKept)
}

function tell(plan, { faults, directory }, isKept) {
  const { seed, name, app } = plan
  if (faults.length > 0) {
    const where = options.checkpoints === 'file' ? '' : ` --checkpoints ${options.checkpoints}`
    const again = `npm run crash -- --rounds 1 --seed ${seed} --plan ${name}${where} --keep`
    const texts = faults.map((fault) => `  ${fault.replaceAll('\n', '\n    ')}\n`).join('')
    say(`round ${seed} (${name}, app ${app}) failed:\n${texts}  kept in ${directory}\n  to repeat it: ${again}`)
  } else if (isKept) {
    say(`round ${seed} (${name}, app ${app}) is kept in ${directory}`)
  }
  const { rounds, kills, lines, lost, repeated, faults: failed } = total
  progress(
    `${rounds} of ${options.rounds} rounds, ${kills} kills, ${lines} lines, ${lost} lost, ${repeated} repeated, ${failed} faults`,
  )
}

/** The plan's name, where it isn't left to the seed. */
function planName(seed) {
  if (options.plan !== null) return options.plan
  return options.isMountable || planOf(seed).name !== 'full-disk' ? null : 'plain'
}

function prepare() {
  try {
    const knows = knowsCheckpoints()
    if (!knows) say('--train.checkpoint-ms is no flag of deadbeat run: the readers make no check-points')
    return knows
  } catch (error) {
    return giveUp(error.message)
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      plan: { type: 'string' },
      checkpoints: { type: 'string', default: 'file' },
      jobs: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { plan = null, checkpoints, keep } = values
  if (!STORES.includes(checkpoints)) giveUp(`--checkpoints must be one of ${STORES.join(', ')}: it is ${checkpoints}`)
  if (plan !== null && !PLAN_NAMES.includes(plan))
    giveUp(`--plan must be one of ${PLAN_NAMES.join(', ')}: it is ${plan}`)
  const isMountable = canMount(plan)
  return {
    rounds: whole('rounds', 1),
    seed: whole('seed', 0),
    jobs: whole('jobs', 1),
    plan,
    checkpoints,
    keep,
    isMountable,
  }

  function whole(name, least) {
    const number = Number(values[name])
    if (Number.isInteger(number) && number >= least) return number
    return giveUp(`--${name} must be a whole number of at least ${least}: it is ${values[name]}`)
  }
}

function canMount(plan) {
  if (plan !== null && plan !== 'full-disk') return true
  const directory = mkdtempSync(join(tmpdir(), 'deadbeat-crash-'))
  const reason = whyNotMountable(directory)
  rmSync(directory, { recursive: true })
  if (reason === null) return true
  if (plan === null) say(`rounds with a full disk are left out: no small disk can be mounted (${reason})`)
  else giveUp(`--plan full-disk needs a small disk to be mounted: ${reason}`)
  return false
}

function endAll(signal) {
  if (!isEnding) say(`broken off by ${signal}`)
  isEnding = true
  playing.forEach((round) => round.kill())
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}

function say(text) {
  progress('')
  process.stderr.write(`${text}\n`)
}

function giveUp(line) {
  process.stderr.write(`${line}\n`)
  process.exit(64)
}
