// file: the main job. A million JSON lines are read, parsed, made anonymous, stamped, half of them dropped, the rest
// written. Ours is an app as a user runs it, with check-points every 100 ms, acknowledgement and dead letters.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { daemon, hasDaemon } from '../peers/daemons.mjs'
import { isInstalled, root, runMeasured, workDirectory } from '../processes.mjs'
import { measure, NOT_INSTALLED } from '../rounds.mjs'
import { inputFile } from './data.mjs'

export const goals = [
  { atMost: 0.64, says: 'one thread: R to the hand-written script' },
  { variant: 'lookups', atMost: 0.8, says: 'with 1 % asynchronous look-ups: R to the same script' },
  { variant: 'workers2', atMost: 0.45, says: 'two workers: R to the same script' },
  { variant: 'workers2', to: 'mawk', atMost: 1, says: 'two workers: R to mawk' },
  { to: 'hand-opt', atMost: 1.15 },
  { to: 'rsyslog', atMost: 0.2 },
  { to: 'syslog-ng', atMost: 0.2 },
  { variant: 'memory', what: 'max', atMost: 100, says: 'resident memory, MB' },
  { variant: 'lookups-memory', what: 'max', atMost: 100, says: 'resident memory with look-ups, MB' },
  { variant: 'workers2-memory', what: 'max', atMost: 200, says: 'resident memory with two workers, MB' },
]

const COUNT = 1_000_000
const UNITS = { cpu: 's of CPU', memory: 'MB resident at most' }

export async function run({ rounds, scale, progress }) {
  const input = inputFile(Math.max(1000, Math.round(COUNT * scale)))
  progress('file: the output that is expected')
  const expected = join(workDirectory('file'), 'expected.jsonl')
  await runMeasured(process.execPath, [`${root}bench/file/hand.mjs`, input, expected])
  const lines = countLines(expected)
  const units = UNITS

  const checkpoints = hasCheckpoints()
  const ours = (app, settings) => async () => {
    const directory = freshDirectory('ours')
    const output = join(directory, 'out.jsonl')
    const more = [...settings, ...(checkpoints ? [CHECKPOINTS, '100'] : [])]
    const usage = await runMeasured(process.execPath, [...oursCommand(app, input, output, directory), ...more])
    return sample(usage, output)
  }
  const withLookups = (every) => ours('app', ['--lookup.every', String(every)])
  const script = (path) => async () => {
    const output = join(freshDirectory('script'), 'out.jsonl')
    return sample(await runMeasured(process.execPath, [root + path, input, output]), output)
  }
  const command = (name, args) => async () => {
    const output = join(freshDirectory(name), 'out.jsonl')
    const fd = openSync(output, 'w')
    const env = { ...process.env, TZ: 'UTC' }
    const usage = await runMeasured(name, [...args, input], { stdio: ['ignore', fd, 'inherit'], env })
    closeSync(fd)
    // cat drops nothing: it shows what reading and writing cost.
    return name === 'cat' ? { ...costs(usage), output: digest(expected) } : sample(usage, output)
  }
  const server = (name) => async () => {
    const directory = freshDirectory(name)
    const output = join(directory, 'out.jsonl')
    const last = `"id":${lastId(input)}`
    const { command: program, args, options } = daemon(name, `file-${name}.conf`, directory, { IN: input, OUT: output })
    const isOver = () => endsWith(output, last)
    const usage = await runMeasured(program, args, { ...options, stdio: 'ignore', isOver })
    // They write the same lines in another form, so that only their number can be compared.
    const got = countLines(output)
    const fault = got === lines ? undefined : `it wrote ${got} lines, not ${lines}`
    return { ...costs(usage), output: digest(expected), fault }
  }
  const or = (isThere, contender) => (isThere ? contender : NOT_INSTALLED)

  const mawk = or(isInstalled('mawk'), command('mawk', ['-f', `${root}bench/file/mawk.awk`]))
  const main = await measure({
    name: 'file',
    unit: 's',
    rounds,
    units,
    progress,
    contenders: {
      ours: withLookups(0),
      limit: script('bench/file/hand.mjs'),
      'hand-opt': script('bench/file/hand-opt.mjs'),
      rxjs: script('bench/file/rxjs.mjs'),
      streams: or(existsSync(`${root}bench/peers/node_modules/split2`), script('bench/peers/file-streams.mjs')),
      rsyslog: or(hasDaemon('rsyslog'), server('rsyslog')),
      'syslog-ng': or(hasDaemon('syslog-ng'), server('syslog-ng')),
      mawk,
      cat: command('cat', []),
    },
  })
  const unsorted = (contender) => async () => {
    const { path, ...rest } = await contender()
    return { ...rest, output: digestOfSorted(path) }
  }
  const lookups = await measure({
    name: 'lookups',
    unit: 's',
    rounds,
    units,
    progress,
    contenders: { ours: unsorted(withLookups(100)), limit: unsorted(script('bench/file/hand.mjs')) },
  })
  const workers2 = await measure({
    name: 'workers2',
    unit: 's',
    rounds,
    units,
    progress,
    contenders: {
      ours: ours('workers-app', ['--input.chunk-bytes', '262144']),
      limit: script('bench/file/hand.mjs'),
      mawk,
    },
  })
  const variants = { ...main.result.variants, ...asVariants(lookups), ...asVariants(workers2) }
  return {
    result: { ...main.result, variants },
    missing: {
      ...main.missing,
      ...lookups.missing,
      ...workers2.missing,
      ...(checkpoints ? {} : { 'check-points': 'not there: without them' }),
    },
  }
}

const CLI = [`${root}dist/lib/cli/main.js`, 'run']
const CHECKPOINTS = '--train.checkpoint-ms'

/** The command line of one of our apps, as a user would type it. */
const oursCommand = (app, input, output, directory) => [
  ...CLI,
  `${root}bench/file/${app}.mjs`,
  ...['--state-dir', directory],
  ...['--log.level', 'warn'],
  '--input.follow=false',
  ...['--input.filenames', input],
  ...['--output.path', output],
  ...['--dead.path', join(directory, 'dead.jsonl')],
]

/** A measurement as variants of the figure: itself, its CPU and its memory. */
function asVariants({ result: { variants, ...result } }) {
  const { name } = result
  return { [name]: result, [`${name}-cpu`]: variants.cpu, [`${name}-memory`]: variants.memory }
}

/** Whether trains have check-points: then they are made. */
const hasCheckpoints = () =>
  execFileSync(process.execPath, [...CLI, `${root}bench/file/app.mjs`, '--help'], { encoding: 'utf8' }).includes(
    CHECKPOINTS,
  )

const costs = ({ wall, cpu, peakMb }) => ({ cost: wall, also: { cpu, memory: peakMb } })

const sample = (usage, path) => ({ ...costs(usage), output: digest(path), path })

/** A directory for one contender's output, empty. Only one of them is kept at a time: they are large. */
function freshDirectory(name) {
  for (const other of ['ours', 'script', 'cat', 'mawk', 'rsyslog', 'syslog-ng']) remove(other)
  return workDirectory('file', name)
}

function remove(name) {
  const path = join(workDirectory('file'), name)
  rmSync(path, { recursive: true, force: true })
}

const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** For outputs whose lines may come in any order. */
function digestOfSorted(path) {
  const lines = readFileSync(path, 'latin1').split('\n')
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

function countLines(path) {
  let count = 0
  const bytes = readFileSync(path)
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

function endOf(path) {
  const { size } = statSync(path)
  const buffer = Buffer.alloc(Math.min(1000, size))
  const fd = openSync(path, 'r')
  readSync(fd, buffer, 0, buffer.length, size - buffer.length)
  closeSync(fd)
  return buffer.toString('latin1')
}

const lastId = (path) => /.*"id":(\d+)/s.exec(endOf(path))[1]

/** Whether the last line of a file that is being written is that of an id; syslog-ng writes numbers as strings. */
function endsWith(path, id) {
  if (!existsSync(path)) return false
  const end = endOf(path)
    .replaceAll(/: /g, ':')
    .replaceAll(/"id":"(\d+)"/g, '"id":$1')
  return end.endsWith('\n') && new RegExp(`${id}[,}][^\\n]*\\n$`).test(end)
}
