// inotify: 200,000 events flat out, four for each file that comes and goes. What counts is that all of them are
// delivered, and what one costs.
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ended, isInstalled, root, stop, workDirectory } from '../processes.mjs'
import { measure } from '../rounds.mjs'

export const goals = [{ what: 'median', atMost: 2, says: 'us of CPU an event, all delivered' }]

const COUNT = 200_000
const EVENTS_OF_A_FILE = 4
// The kernel's queue overflows if the consumer isn't let on a CPU for a while: that says nothing of either contender.
const TRIES = 5

export async function run({ rounds, scale, progress }) {
  const files = Math.max(250, Math.round((COUNT * scale) / EVENTS_OF_A_FILE))
  const producer = compile()
  const contender = (method, kinds) => async () => {
    const count = files * kinds
    let told = 0
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const { us, heard, overflows } = await once(method, producer, files, count)
      if (heard === count && overflows === 0) return { cost: us, also: { overflows: told }, output: heard / kinds }
      if (overflows === 0) return { fault: `${count - heard} of ${count} events were lost, and nothing said so` }
      told += overflows
    }
    return { fault: `the kernel's queue overflowed ${TRIES} times, and each time this was told` }
  }
  return measure({
    name: 'inotify',
    unit: 'us of CPU an event',
    units: { overflows: 'overflows that were told, and the run repeated' },
    rounds,
    progress,
    contenders: {
      ours: contender('escapement', EVENTS_OF_A_FILE),
      limit: contender('bare', EVENTS_OF_A_FILE),
      'fs.watch': contender('watch', 3),
    },
  })
}

// A file system that is no brake on the producer.
const MEMORY = '/dev/shm'

/** The producer as a command. */
function compile() {
  const compiler = ['cc', 'gcc', 'clang'].find(isInstalled)
  if (compiler === undefined) return [process.execPath, `${root}bench/inotify/producer.mjs`]
  const path = join(workDirectory('inotify'), 'producer')
  execFileSync(compiler, ['-O2', '-o', path, `${root}bench/inotify/producer.c`])
  return [path]
}

async function once(method, [command, ...args], files, count) {
  const directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : workDirectory('inotify'), 'deadbeat-'))
  const consumer = spawn(process.execPath, [`${root}bench/inotify/consume.mjs`, method, directory, String(count)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface({ input: consumer.stdout })[Symbol.asyncIterator]()
    await lines.next()
    const code = await ended(spawn(command, [...args, directory, String(files)], { stdio: 'inherit' }))
    if (code !== 0) throw new Error(`the producer ended with ${code}`)
    const { value } = await lines.next()
    return JSON.parse(value)
  } finally {
    await stop(consumer)
    rmSync(directory, { recursive: true })
  }
}
