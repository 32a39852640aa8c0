import { afterEach, expect, jest, test } from '@jest/globals'
import * as real from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Train } from '../../lib/movement/index.js'
import type { Random } from '../support/random-train/random.js'
import { Disk } from './disk.js'
import { Descriptors, doorTo, fsOn, type FsLayer } from './fs-on-disk.js'

let layer: FsLayer = { fs: real, promises: real.promises }
jest.unstable_mockModule('node:fs', () => doorTo(real, () => layer.fs))
jest.unstable_mockModule('node:fs/promises', () => doorTo(real.promises, () => layer.promises))
const { app } = await import('../../lib/app/app.js')
const { runApp } = await import('../../lib/app/run-app.js')
const { FileWatcherSupply } = await import('../../cogs/file-watcher-supply.js')
const { LineDrain, lineDrainBaseConfig } = await import('../../cogs/line-drain.js')

const directories: string[] = []
afterEach(() => {
  layer = { fs: real, promises: real.promises }
  for (const directory of directories.splice(0)) real.rmSync(directory, { recursive: true })
})

/** Chooses the worst each time: nothing survives that was not synced. */
const worst = { below: () => 0, pick: (list: readonly unknown[]) => list[0] } as unknown as Random

/** Run an app until a line is written, stop it, and let the power fail. Answers what files there are then. */
async function filesAfter(...flags: string[]): Promise<readonly string[]> {
  const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'power-app-')))
  directories.push(directory)
  const source = join(directory, 'in.log')
  real.writeFileSync(source, 'line\n')
  const disk = new Disk(directory)
  const descriptors = new Descriptors()
  layer = fsOn(disk, descriptors, real)
  const one = app({
    name: 'one',
    config: { output: lineDrainBaseConfig },
    build(train: Train, { output }) {
      const supply = new FileWatcherSupply(train, { filenames: [source], tail: false })
      train.line(supply, new LineDrain(train, output))
      const look = (): unknown => (supply.progress()[0]?.acknowledged === 5 ? train.stop() : train.esc.after(1, look))
      look()
    },
  })
  const paths = ['--state-dir', join(disk.root, 'var', 'one'), '--output.path', join(disk.root, 'out.log')]
  expect(await runApp(one, { argv: [...paths, '--log.level', 'fatal', ...flags], env: {} })).toBe(0)
  descriptors.closeAll(real)
  disk.fail(worst)
  return [...disk.contents().keys()].filter((path) => !path.endsWith('.lock'))
}

test('with train.checkpointSync and the sync of an output both are there after a loss of power', async () => {
  expect(await filesAfter('--train.checkpoint-sync', '--output.sync', 'batch')).toEqual([
    'out.log',
    'var/one/one.checkpoint',
  ])
})

test('without them they need not be', async () => {
  expect(await filesAfter()).toEqual([])
  expect(await filesAfter('--output.sync', 'batch')).toEqual(['out.log'])
})
