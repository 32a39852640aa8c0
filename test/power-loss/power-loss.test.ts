import { afterAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import * as real from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeadLetter, Train } from '../../lib/movement/index.js'
import { Random } from '../support/random-train/random.js'
import { Disk } from './disk.js'
import { Descriptors, doorTo, fsOn, type FsLayer } from './fs-on-disk.js'

/** What node:fs is just now. */
let layer: FsLayer = { fs: real, promises: real.promises }
jest.unstable_mockModule('node:fs', () => doorTo(real, () => layer.fs))
jest.unstable_mockModule('node:fs/promises', () => doorTo(real.promises, () => layer.promises))
const { Escapement, ManualClock, Train: TrainOf, unordered } = await import('../../lib/movement/index.js')
const { turnOfNode } = await import('../../lib/movement/loop/clock.js')
const { CheckpointFile } = await import('../../lib/files/checkpoint-file.js')
const { FileWatcherSupply } = await import('../../cogs/file-watcher-supply.js')
const { SpoolDrain } = await import('../../cogs/spool-drain.js')
const { LineDrain } = await import('../../cogs/line-drain.js')
const { lineOf } = await import('../support/engine-kit.js')

process.setMaxListeners(0) // A train that lost its power listens for ever.

const directories: string[] = []
afterAll(() => directories.splice(0).forEach((directory) => real.rmSync(directory, { recursive: true })))

/** `npm run soak` plays 1,000 of each. */
const runs = Number(process.env['POWER_LOSSES'] ?? 40)
const seed = Number(process.env['POWER_SEED'] ?? 1)

const LINES = 300
const FAILURES = 4
const isBad = (n: number): boolean => n % 23 === 5

/** What is left out on purpose. */
type Sabotage = 'nothing' | 'syncing outputs' | 'syncing records' | 'syncing directories'

interface Outcome {
  readonly failures: number
  readonly faults: readonly string[]
}

/** A file goes through a train to files that are rotated; now and then the power fails. Answers what is wrong in the end. */
async function play(random: Random, without: Sabotage = 'nothing', isSpool = false): Promise<Outcome> {
  const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'power-')))
  directories.push(directory)
  const source = join(directory, 'in.log')
  const lines = Array.from({ length: LINES }, (_, n) => `${n} ${'x'.repeat(n % 40)}`)
  real.writeFileSync(source, lines.map((line) => `${line}\n`).join(''))
  const disk = new Disk(directory)
  if (without === 'syncing directories') disk.forgetsFolders = true
  const setting = {
    isSpool,
    sync: without === 'syncing outputs' ? ('none' as const) : random.pick(['batch', 'interval'] as const),
    isSynced: without !== 'syncing records',
    rotateBytes: random.pick([null, 1500, 4000]),
    isAsync: random.chance(50),
    checkpointMs: random.pick([1, 5, 30]),
  }
  const faults: string[] = []
  let failures = 0
  for (let isOver = false; !isOver && faults.length === 0;) {
    if (failures < FAILURES) disk.failsAt = random.below(120)
    else disk.failsAt = Infinity
    const trouble = await live(disk, source, { ...setting, bornMs: failures * 3_600_000 }, random)
    if (trouble !== null) faults.push(trouble)
    isOver = !disk.isDead
    if (disk.isDead) failures++
    disk.fail(random)
    // While nobody runs, somebody puts the output aside.
    if (!isOver && random.chance(30))
      disk.move(join(disk.root, 'out', 'out.log'), join(disk.root, 'out', `out.log-${failures}`))
  }
  if (faults.length === 0) faults.push(...wrongIn(disk, lines, isSpool))
  return { failures, faults }
}

interface LifeSetting {
  /** What time it is. */
  readonly bornMs: number
  readonly isSpool: boolean
  readonly sync: 'none' | 'batch' | 'interval'
  readonly isSynced: boolean
  readonly rotateBytes: number | null
  readonly isAsync: boolean
  readonly checkpointMs: number
}

/** One run of the train, to its end or until the power fails. Answers what it failed of, if it did. */
async function live(disk: Disk, source: string, setting: LifeSetting, random: Random): Promise<string | null> {
  const { bornMs, isSpool, sync, isSynced, rotateBytes, isAsync, checkpointMs } = setting
  const descriptors = new Descriptors()
  layer = fsOn(disk, descriptors, real)
  const clock = new ManualClock({ nowMs: bornMs })
  const esc = new Escapement({ clock })
  const log = new Proxy({}, { get: (_, name) => (name === 'child' ? () => log : () => undefined) }) as Train['log']
  const checkpoints = new CheckpointFile(join(disk.root, 'var', 'state', 'app.checkpoint'), { sync: isSynced })
  const train = new TrainOf(esc, { log, checkpoints, checkpointMs, inFlightMax: random.pick([5, 1000]) })
  const open: (() => void)[] = []
  const look = async (line: string) => {
    if (isAsync && random.chance(30)) await new Promise<void>((resolve) => open.push(resolve))
    if (isBad(Number.parseInt(line))) throw new Error('bad')
    return [line]
  }
  const output = { sync, syncMs: 3, mkdir: true, rotateBytes, keep: 1000 }
  const supply = new FileWatcherSupply(train, { filenames: [source], tail: false, chunkBytes: 512 })
  lineOf(
    train.line,
    supply,
    unordered(look as never),
    isSpool
      ? new SpoolDrain(train, { directory: join(disk.root, 'spool'), sync: sync !== 'none', linesMax: 20 })
      : new LineDrain(train, { ...output, path: join(disk.root, 'out', 'out.log') }),
  )
  const dead = new LineDrain(train, { ...output, path: join(disk.root, 'dead', 'letters') })
  train.deadLettersTo(({ data }: DeadLetter) => [data as string], dead)
  let isEnded = false as boolean
  let trouble: string | null = null
  let hasStarted = false as boolean
  train.run({ signals: false, onStarted: () => (hasStarted = true) }).then(
    () => (isEnded = true),
    (error: unknown) => {
      isEnded = true
      if (!disk.isDead) trouble = String(error)
    },
  )
  const { size } = real.statSync(source)
  while (!isEnded && !disk.isDead) {
    await turnOfNode()
    // What an earlier run held is on its way again before it has started.
    if (hasStarted && supply.progress()[0]?.acknowledged === size) void train.stop()
    clock.advance(random.below(3))
    if (random.chance(50)) open.splice(random.below(open.length), 1)[0]?.()
  }
  for (let turn = 0; turn < 3; turn++) await turnOfNode()
  esc.close()
  descriptors.closeAll(real)
  return trouble
}

/** Whatever was lost or broken; or repeated, where files are cut back. */
function wrongIn(disk: Disk, lines: readonly string[], isSpool: boolean): string[] {
  const faults: string[] = []
  const found = new Map<string, number>()
  for (const [path, text] of disk.contents()) {
    if (path.startsWith('var/') || path.startsWith('spool/tmp/')) continue
    for (const line of text.split('\n').slice(0, -1)) {
      found.set(line, (found.get(line) ?? 0) + 1)
      const isHere = path.startsWith('dead/') === isBad(Number.parseInt(line))
      if (!isHere) faults.push(`${line} is in ${path}`)
    }
    if (text !== '' && !text.endsWith('\n')) faults.push(`${path} ends within a line`)
  }
  for (const line of lines) if (!found.has(line)) faults.push(`${line} was lost`)
  for (const [line, times] of found) {
    if (times > 1 && !isSpool) faults.push(`${line} came ${times} times`)
    if (!lines.includes(line)) faults.push(`${line} has no business here`)
  }
  return faults
}

test(
  'wherever the power fails, each line of a file comes to files once, across their rotations',
  async () => {
    let failures = 0
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        const outcome = await play(new Random(draw))
        failures += outcome.failures
        expect(outcome.faults).toEqual([])
      }),
      { numRuns: runs, seed, endOnFailure: true },
    )
    expect(failures).toBeGreaterThan(runs)
  },
  runs * 300 + 180_000,
)

test(
  'wherever the power fails, no line is lost on its way into a spool',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        expect((await play(new Random(draw), 'nothing', true)).faults).toEqual([])
      }),
      { numRuns: Math.ceil(runs / 4), seed, endOnFailure: true },
    )
  },
  runs * 300 + 180_000,
)

test.each(['syncing outputs', 'syncing records', 'syncing directories'] as const)(
  'without %s that is not so',
  async (sabotage) => {
    let faults = 0
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        if (faults === 0) faults = (await play(new Random(draw), sabotage)).faults.length
      }),
      { numRuns: 30, seed },
    )
    expect(faults).toBeGreaterThan(0)
  },
)
