// latency: one line is appended; how long until the last stage has it. Appends come one by one, 5 to 15 ms apart: often
// enough for a thousand of them, and seldom enough that the code has cooled down between two.
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasDaemon, startDaemon } from '../peers/daemons.mjs'
import { isInstalled, root, stop, wait, workDirectory } from '../processes.mjs'
import { measure, median, NOT_INSTALLED } from '../rounds.mjs'

export const goals = [
  { what: 'median', atMost: 0.12, says: 'median, ms' },
  { variant: 'p99', what: 'median', atMost: 0.5, says: 'p99, ms' },
  { to: 'watch', atMost: 1.3, says: 'R to fs.watch alone' },
]

const COUNT = 1000
// Of those that are a hundred times as slow, a p99 says nothing that a median doesn't.
const COUNT_OF_THE_SLOW = 100
const GAP_MS = 10

export async function run({ rounds, scale, progress }) {
  const [count, few] = [COUNT, COUNT_OF_THE_SLOW].map((most) => Math.max(20, Math.round(most * scale)))
  const tail = 'bench/latency/tail.mjs'
  const contender =
    (prepare, times = count) =>
    () =>
      once(prepare, times)
  const or = (isThere, prepare, times) => (isThere ? contender(prepare, times) : NOT_INSTALLED)
  return measure({
    name: 'latency',
    unit: 'ms',
    rounds,
    progress,
    contenders: {
      ours: contender(({ file }) => ({ args: ['bench/latency/ours.mjs', file, count] })),
      'with check-points': contender(({ file, directory }) => ({
        args: ['bench/latency/ours.mjs', file, count, join(directory, 'checkpoint')],
      })),
      limit: contender(({ file }) => ({ args: [tail, 'spin', file, count] })),
      watch: contender(({ file }) => ({ args: [tail, 'watch', file, count] })),
      'tail -F': or(isInstalled('tail'), ({ file }) => {
        const before = spawn('tail', ['-n0', '-F', file], { stdio: ['ignore', 'pipe', 'ignore'] })
        return { args: [tail, 'stdin', file, count], before, stdin: before.stdout }
      }),
      rsyslog: or(hasDaemon('rsyslog'), ({ file, directory }) => {
        const fifo = join(directory, 'fifo')
        execFileSync('mkfifo', [fifo])
        return {
          args: [tail, 'fifo', fifo, count],
          // It is started behind the reader of its pipe.
          after: () =>
            startDaemon('rsyslog', 'latency-rsyslog.conf', join(directory, 'state'), { IN: file, OUT: fifo }),
        }
      }),
      chokidar: or(
        existsSync(`${root}bench/peers/node_modules/chokidar`),
        ({ file }) => ({ args: ['bench/peers/latency-chokidar.mjs', file, few] }),
        few,
      ),
    },
  })
}

/** One contender with a file and an appender of its own. */
async function once(prepare, count) {
  const directory = mkdtempSync(join(workDirectory('latency'), 'run-'))
  const file = join(directory, 'growing.log')
  writeFileSync(file, 'the first line\n')
  const started = []
  try {
    const { args, before, stdin = 'ignore', after } = prepare({ file, directory })
    if (before !== undefined) started.push(before)
    const child = spawn(process.execPath, args.map(String), { cwd: root, stdio: [stdin, 'pipe', 'inherit'] })
    started.push(child)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await lines.next()
    if (after !== undefined) started.push(after())
    await wait(after === undefined && before === undefined ? 200 : 700)
    // A few more than are waited for: what a daemon reads on its way in may not be counted.
    const appender = spawn(process.execPath, ['bench/latency/appender.mjs', file, count + 3, GAP_MS], { cwd: root })
    started.push(appender)
    const giveUp = setTimeout(() => child.kill(), count * GAP_MS * 10 + 20_000)
    const { value } = await lines.next()
    clearTimeout(giveUp)
    if (value === undefined) return { fault: `it did not see ${count} lines` }
    const ms = JSON.parse(value)
      .map((us) => us / 1000)
      .sort((a, b) => a - b)
    const p99 = ms[Math.min(ms.length - 1, Math.floor(ms.length * 0.99))]
    return { cost: median(ms), also: { p99, most: ms.at(-1) }, output: ms.length === count ? 'all of them' : ms.length }
  } finally {
    for (const child of started) await stop(child)
    rmSync(directory, { recursive: true })
  }
}
