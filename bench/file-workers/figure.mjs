// file-workers: the main job of the figure `file`, its work in two worker threads, with check-points and dead letters.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inputFile } from '../file/data.mjs'
import { isInstalled, root, runMeasured, workDirectory } from '../processes.mjs'
import { measure, NOT_INSTALLED } from '../rounds.mjs'

export const goals = [
  { atMost: 0.45, says: 'two workers: R to the hand-written script' },
  { to: 'mawk', atMost: 1 },
  { variant: 'memory', what: 'max', atMost: 200, says: 'resident memory with two workers, MB' },
]

const COUNT = 1_000_000
const UNITS = { cpu: 's of CPU', memory: 'MB resident at most' }

export async function run({ rounds, scale, progress }) {
  const input = inputFile(Math.max(1000, Math.round(COUNT * scale)))
  const one = (app) => async () => {
    const directory = freshDirectory()
    const output = join(directory, 'out.jsonl')
    return sample(await runMeasured(process.execPath, command(app, input, output, directory)), output)
  }
  const hand = async () => {
    const output = join(freshDirectory(), 'out.jsonl')
    return sample(await runMeasured(process.execPath, [`${root}bench/file/hand.mjs`, input, output]), output)
  }
  const mawk = async () => {
    const output = join(freshDirectory(), 'out.jsonl')
    const fd = openSync(output, 'w')
    const options = { stdio: ['ignore', fd, 'inherit'], env: { ...process.env, TZ: 'UTC' } }
    const usage = await runMeasured('mawk', ['-f', `${root}bench/file/mawk.awk`, input], options)
    closeSync(fd)
    return sample(usage, output)
  }
  return measure({
    name: 'file-workers',
    unit: 's',
    rounds,
    units: UNITS,
    progress,
    contenders: {
      ours: one('file-workers'),
      limit: hand,
      'one thread': one('file'),
      mawk: isInstalled('mawk') ? mawk : NOT_INSTALLED,
    },
  })
}

/** The command line of an app, as a user would type it. */
const command = (app, input, output, directory) => [
  ...[`${root}dist/lib/cli/main.js`, 'run', `${root}bench/${app}/app.mjs`],
  ...['--state-dir', directory],
  ...['--log.level', 'warn'],
  '--input.follow=false',
  ...['--input.filenames', input],
  ...['--output.path', output],
  ...['--dead.path', join(directory, 'dead.jsonl')],
  ...['--train.checkpoint-ms', '100'],
]

const sample = ({ wall, cpu, peakMb }, path) => {
  const output = createHash('sha256').update(readFileSync(path)).digest('hex')
  return { cost: wall, also: { cpu, memory: peakMb }, output }
}

function freshDirectory() {
  rmSync(join(workDirectory('file-workers'), 'run'), { recursive: true, force: true })
  return workDirectory('file-workers', 'run')
}
