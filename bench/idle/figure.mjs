// idle: a tailing train on which nothing happens. Each wake-up of any of its threads is a context switch, and the kernel
// counts those. All contenders rest side by side, in windows of 60 s (--seconds), of which each is a round.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, startUntilLine, stop, switchesOf, wait, workDirectory } from '../processes.mjs'
import { measure } from '../rounds.mjs'

export const goals = [
  { what: 'max', atMost: 0, says: 'one file: wake-ups' },
  { variant: 'files-10000', what: 'max', atMost: 0, says: '10,000 files: wake-ups' },
]

const FILES = 10_000
// What a start has left behind V8 gives back to the system some 100 s later, in two collections, once (--trace-gc shows
// them as `reduce`). The more files, the more there is to give back.
const SETTLE_MS = 150_000

export async function run({ rounds, scale, seconds, progress }) {
  const many = Math.max(100, Math.round(FILES * scale))
  const children = {}
  const start = async (name, path, args, stdin = 'ignore') => {
    const options = { stdio: [stdin, 'pipe', 'inherit'] }
    const { child } = await startUntilLine(process.execPath, [root + path, ...args], options)
    children[name] = child
  }
  try {
    progress('idle: starting')
    await start('limit', 'bench/idle/node.mjs', [], 'pipe')
    await start('ours', 'bench/idle/train.mjs', [filesIn('one', 1)])
    await start('many', 'bench/idle/train.mjs', [filesIn('many', many)])
    progress('idle: settling')
    await wait(SETTLE_MS)
    const windows = []
    const count = () => Object.fromEntries(Object.entries(children).map(([name, { pid }]) => [name, switchesOf(pid)]))
    for (let round = 0; round < rounds; round++) {
      progress(`idle: window ${round + 1} of ${rounds}, ${seconds} s`)
      const before = count()
      await wait(seconds * 1000)
      const after = count()
      windows.push(Object.fromEntries(Object.keys(before).map((name) => [name, after[name] - before[name]])))
    }
    const rested = (name) => {
      return ({ round }) => ({ cost: windows[round][name], output: 'at rest' })
    }
    const unit = `context switches in ${seconds} s`
    const one = await measure({
      name: 'idle',
      unit,
      rounds,
      contenders: { ours: rested('ours'), limit: rested('limit') },
    })
    const contenders = { ours: rested('many'), limit: rested('limit') }
    const { result } = await measure({ name: 'files-10000', unit, rounds, contenders })
    delete result.variants
    return { result: { ...one.result, variants: { 'files-10000': result } }, missing: {} }
  } finally {
    for (const child of Object.values(children)) await stop(child)
    rmSync(workDirectory('idle'), { recursive: true })
  }
}

/** A directory with so many files, each with a line. */
function filesIn(name, count) {
  const directory = workDirectory('idle', name)
  for (let i = 0; i < count; i++) writeFileSync(join(directory, `${i}.log`), 'a line\n')
  return directory
}
