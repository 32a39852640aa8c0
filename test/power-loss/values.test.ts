// Saved values of items in a file on a disk that may lose its power.
import { afterAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import * as real from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../support/random-train/random.js'
import { Disk } from './disk.js'
import { Descriptors, doorTo, fsOn, type FsLayer } from './fs-on-disk.js'

let layer: FsLayer = { fs: real, promises: real.promises }
jest.unstable_mockModule('node:fs', () => doorTo(real, () => layer.fs))
jest.unstable_mockModule('node:fs/promises', () => doorTo(real.promises, () => layer.promises))
const { FilePersistence } = await import('../../lib/items/persist/file.js')
const { silentLogger } = await import('../../lib/movement/index.js')
const { turnOfNode } = await import('../../lib/movement/loop/clock.js')

const directories: string[] = []
afterAll(() => directories.splice(0).forEach((directory) => real.rmSync(directory, { recursive: true })))

/** `npm run soak` plays 1,000. */
const runs = Number(process.env['POWER_LOSSES'] ?? 25)
const seed = Number(process.env['POWER_SEED'] ?? 1)
const LIVES = 5

/** Two values are saved together, over and over; now and then the power fails. Answers how often, and what is wrong. */
async function play(random: Random) {
  const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'power-values-')))
  directories.push(directory)
  const disk = new Disk(directory)
  const faults: string[] = []
  let failures = 0
  let [saved, asked] = [0, 0]
  for (let lives = 0; lives < LIVES && faults.length === 0; lives++) {
    disk.failsAt = lives === LIVES - 1 ? Infinity : random.below(60)
    const descriptors = new Descriptors()
    layer = fsOn(disk, descriptors, real)
    const place = { store: 'lamp', alias: 'main', uuid: 'x' }
    const warnings: unknown[] = []
    const log = { ...silentLogger, warn: (message: object | string) => void warnings.push(message) }
    const isDead = (): boolean => disk.isDead
    const life = async (): Promise<void> => {
      const file = new FilePersistence(place, { directory: join(disk.root, 'state'), log })
      const values = await file.load()
      if (isDead()) return
      const [n, again] = ['n', 'again'].map((key) => Number(values.get(key) ?? 0))
      if (n !== again) faults.push(`half of a save was found: ${n} and ${again}`)
      if (n !== saved && n !== asked) faults.push(`${n} was found: ${saved} was saved last, and ${asked} begun`)
      saved = asked = n ?? NaN
      for (let i = 0; i < 4 && !isDead(); i++) {
        asked += 1
        const filling = `"${'x'.repeat(random.below(3000))}"`
        await file.save(new Map([['n', `${asked}`], ['filling', filling], ['again', `${asked}`]])) // prettier-ignore
        if (!isDead()) saved = asked
      }
      await file.close()
    }
    let isOver = false as boolean
    life().then(
      () => (isOver = true),
      (error: unknown) => {
        isOver = true
        if (!disk.isDead) faults.push(String(error))
      },
    )
    while (!isOver && !disk.isDead) await turnOfNode()
    for (let turn = 0; turn < 3; turn++) await turnOfNode() // What was under way does nothing any more.
    if (warnings.length > 0) faults.push(`the file was damaged: ${JSON.stringify(warnings)}`)
    if (disk.isDead) failures++
    descriptors.closeAll(real)
    disk.fail(random)
  }
  return { failures, faults }
}

test(
  'wherever the power fails, values are those that were saved last, or those that were being saved, and never half of them',
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
