// What happens in a round, all of it drawn from the round's seed: the app and its settings, the input and its rotations,
// the kills. The checks that follow from it say what is promised.
import { join } from 'node:path'
import { BEAT } from './notes.mjs'
import { Random } from './random.mjs'

/** How often a round without a named plan is one of these. */
const USUAL = {
  plain: 3,
  lookups: 3,
  branch: 2,
  aggregate: 2,
  dedupe: 2,
  spool: 1,
  socket: 2,
  steady: 2,
  'full-disk': 1,
}
/** Those that must be found to be wrong: they are only played when they are named. */
const CONTROLS = ['drops', 'doubles', 'forgetful']

/** Every plan that can be named. */
export const PLAN_NAMES = [...Object.keys(USUAL), ...CONTROLS]

/** What each app has besides what all have: draws its settings, and answers them with its checks. */
const APPS = {
  plain: (random) => ({ settings: { output: lines(random, 'out') }, checks: [rotated('out', 'jr', true)] }),
  lookups(random) {
    const lookup = lookUps(random, random.chance(0.5))
    const checks = [rotated('out', 'j', lookup.ordered)]
    return { settings: { lookup, output: lines(random, 'out') }, checks, refused: 0.03 }
  },
  branch(random) {
    const settings = { lookup: lookUps(random, false), output: lines(random, 'out'), side: lines(random, 'side') }
    return { settings, checks: [rotated('out', 'jr', true), rotated('side', 'j', false)], refused: 0.03 }
  },
  aggregate(random) {
    const bundle = { size: random.pick([10, 100]), ageMs: random.between(20, 150), snapshot: random.chance(0.5) }
    return { settings: { bundle, output: lines(random, 'out') }, checks: [rotated('out', 'jr', false)] }
  },
  dedupe: (random) => ({
    settings: { output: lines(random, 'out') },
    checks: [rotated('out', 'jr', true)],
    again: 0.1,
  }),
  spool(random) {
    const output = { directory: 'out/spool', linesMax: random.between(1, 200), ageMs: random.between(10, 200) }
    const check = { name: 'spool', form: 'folder', path: 'out/spool', kinds: 'jr', ordered: false, exact: false }
    return { settings: { output }, checks: [check] }
  },
  socket(random) {
    const output = { path: 'socket', unacknowledgedMax: random.pick([100, 5000]) }
    return { settings: { output }, checks: [{ ...rotated('received', 'jr', false), exact: false }] }
  },
  sabotage: (random) => ({ settings: { output: lines(random, 'out') }, checks: [rotated('out', 'jr', false)] }),
}

/** The plan of a seed: of one kind if it is named, else of any usual one. */
export function planOf(seed, named = null) {
  const random = new Random(`plan ${seed}`)
  const drawn = random.weighted(USUAL)
  const name = named ?? drawn
  const isKilled = !['steady', 'drops', 'doubles'].includes(name) && !(name === 'full-disk' && random.chance(0.3))
  const app = appOf(name, random)
  const { settings, checks, again = 0, refused = 0.01 } = APPS[app](random)
  const input = inputOf(random, { again, refused, isReaderSteady: !isKilled })
  const dead = lines(random, 'dead')
  const isInOrder = !input.isPattern
  // Where a look-up refuses, the letters of what was refused come later than those of what was no JSON.
  const letters = rotated('dead', 'lookup' in settings ? 'tr' : 't', !('lookup' in settings))
  const plan = {
    ...{ seed, name, app },
    generator: { seed, durationMs: random.between(1000, 1700), beatMs: 40, streams: input.streams },
    reader: { ...common(random, input), ...settings, dead },
    env: environmentOf(random),
    checks: [...checks, letters].map((check) => ({ ...check, ordered: check.ordered && isInOrder })),
    headStartMs: random.between(0, 200),
    events: eventsOf(random, name, isKilled),
    fullDisk:
      name === 'full-disk' ? { freeBytes: random.between(20_000, 150_000), ms: random.between(400, 1500) } : null,
    isForgetful: name === 'forgetful',
  }
  if (name === 'full-disk') for (const section of ['output', 'side', 'dead']) retryOften(plan.reader[section])
  if (app === 'sabotage') plan.reader.sabotage = { kind: name === 'drops' ? 'drop' : 'double', number: 20 }
  return plan
}

function appOf(name, random) {
  if (name === 'steady') return random.pick(Object.keys(APPS).filter((app) => app !== 'sabotage'))
  if (name === 'full-disk') return random.pick(['plain', 'lookups', 'branch', 'aggregate'])
  if (name === 'forgetful') return 'plain'
  return name in APPS ? name : 'sabotage'
}

function rotated(name, kinds, ordered) {
  return { name, form: 'rotated', path: `out/${name}.log`, kinds, ordered, exact: true }
}

/** Settings of a drain of lines. Nothing that it rotates may be thrown away. */
function lines(random, name) {
  return {
    path: `out/${name}.log`,
    keep: 1_000_000,
    rotateBytes: random.pick([null, 8192, 65_536]),
    bufferMax: random.pick([4096, 1_048_576]),
    sync: random.pick(['none', 'none', 'batch', 'interval']),
    syncMs: 50,
  }
}

function lookUps(random, ordered) {
  return { share: random.pick([1, 10, 50, 100]), delayMaxMs: random.pick([2, 20, 100]), ordered }
}

function retryOften(drain) {
  if (drain !== undefined) drain.retryMs = 20
}

/** What every app has. */
function common(random, { streams, isPattern }) {
  const names = [...streams.map(({ stream }) => stream), BEAT]
  return {
    input: {
      filenames: names.map((name) => join('in', `${name}.log${isPattern ? '*' : ''}`)),
      tail: false,
      chunkBytes: random.pick([512, 4096, 65_536]),
      rotateWaitMs: random.pick([2000, 60_000]),
      pollMs: 50,
      rescanMs: 100,
    },
    supplies: { each: random.chance(0.3) },
    brake: random.chance(0.4) ? { every: random.between(5, 100), ms: random.between(1, 3) } : {},
    train: { inFlightMax: random.pick([50, 10_000]) },
  }
}

/** The streams. All of a round are found in the same way: by their names, or by patterns. */
function inputOf(random, { again, refused, isReaderSteady }) {
  const isPattern = random.chance(0.4)
  // Whether it is rotated while the reader is down what it has not read: it looks for it beside the file.
  const isSearched = !isPattern && !isReaderSteady && random.chance(0.6)
  const streams = ['a', 'b', 'c'].slice(0, random.between(1, 3)).map((stream) => ({
    ...{ stream, isPattern, isSearched, isReaderSteady, again, refused },
    numbering: random.pick(['shift', 'serial']),
    rotations: { rename: 4, copyTruncate: 2, recreate: 1 },
    retire: ['compress', 'delete'],
    rotateMs: random.pick([100, 300]),
    pauseMs: random.pick([10, 30]),
    burstMax: random.pick([20, 100]),
    partial: random.pick([0.1, 0.6]),
    text: random.pick([0.01, 0.1]),
  }))
  return { streams, isPattern }
}

/** The closures instead of generated code, and polling instead of inotify, are the same train. */
function environmentOf(random) {
  const env = {}
  if (random.chance(0.1)) env.DEADBEAT_CODEGEN = 'off'
  if (random.chance(0.1)) env.DEADBEAT_NATIVE = 'off'
  return env
}

/** What is done to the reader, one after the other: each so long after its start, or after the one before. */
function eventsOf(random, name, isKilled) {
  const how = isKilled ? { SIGKILL: 7, SIGTERM: 1, SIGSTOP: 1 } : { SIGSTOP: 1 }
  if (name === 'full-disk') delete how.SIGTERM // It could not finish before there is room.
  // One that forgets must have had something to forget.
  const [least, most] = name === 'forgetful' ? [400, 600] : [30, 400]
  return Array.from({ length: random.between(3, 6) }, () => ({
    signal: random.weighted(how),
    afterMs: random.between(least, most),
    // How long it is down, or stands still.
    pauseMs: random.chance(0.5) ? 0 : random.between(20, 300),
  }))
}
