import { expect, test } from '@jest/globals'
import { readdirSync } from 'node:fs'
import type { FilesMark } from '../../lib/files/file-mark.js'
import type { Json } from '../../lib/movement/index.js'
import { Holder, world } from '../support/log-world.js'
import { answered } from '../support/pass-time.js'

const STEPS = 60
const HISTORIES = Number(process.env['FILE_HISTORIES'] ?? 30)
/** Without inotify, how often the reader looks. */
const POLL_MS = 100

/** Chance that can be repeated. */
function chance(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  return { below: (n: number) => Math.floor(next() * n) }
}

/** What becomes of a log: it is renamed, or copied and truncated, or now the one and now the other. */
const ROTATIONS = ['renamed', 'copied', 'both'] as const
type Rotation = (typeof ROTATIONS)[number]

/** A log that is written, and rotated. Its lines are numbered; some ask to be held. */
function writer({ below }: ReturnType<typeof chance>, here: ReturnType<typeof world>, rotation: Rotation) {
  const { root, append, rename, compress, copyTruncate } = here
  const lines: string[] = []
  let half = false
  const begin = () => {
    const line = `${below(5) === 0 ? 'hold' : 'line'} ${lines.length}`
    lines.push(line)
    append('a.log', `${line} `)
  }
  const end = () => append('a.log', `${'.'.repeat(below(300))}\n`)
  const finish = () => {
    if (half) end()
    half = false
  }
  const write = () => {
    finish()
    for (let n = below(6); n > 0; n--) {
      begin()
      end()
    }
    half = below(4) === 0
    if (half) begin()
  }
  const older = () =>
    readdirSync(root)
      .filter((name) => /^a\.log\.\d+(\.gz)?$/.test(name))
      .sort((a, b) => parseInt(b.slice(6), 10) - parseInt(a.slice(6), 10))
  const rotate = () => {
    finish() // A line in two files would be two lines.
    for (const name of older())
      rename(
        name,
        name.replace(/\d+/, (number) => String(Number(number) + 1)),
      )
    if (rotation === 'copied' || (rotation === 'both' && below(2) === 0)) {
      copyTruncate('a.log', 'a.log.1')
    } else {
      rename('a.log', 'a.log.1')
      append('a.log', '')
    }
  }
  const compressOne = () => {
    const name = older().find((one) => !one.endsWith('.gz') && one !== 'a.log.1')
    if (name !== undefined) compress(name)
  }
  append('a.log', '')
  return { lines, write, rotate, compressOne, finish }
}

/** One history: a log is written and rotated, its reader held up, killed and started again. */
async function history(seed: number) {
  const random = chance(seed)
  const { below } = random
  const isPattern = below(3) === 0
  const isHeld = below(2) === 0
  const here = world([isPattern ? 'a.log*' : 'a.log'])
  const rotation = isPattern ? 'renamed' : (ROTATIONS[below(ROTATIONS.length)] as Rotation)
  const isCopied = rotation !== 'renamed'
  const log = writer(random, here, rotation)
  const got: string[] = []
  let left: { mark: FilesMark; open: { origin: Json; ks: number[] }[] } | null = null
  let holder!: Holder
  let reader: Awaited<ReturnType<typeof here.run>> | null = null
  const turns = async (count: number) => {
    for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
  }
  const look = () => {
    if (reader?.esc.inotify === false) reader.clock.advance(POLL_MS)
  }
  const settle = async () => {
    for (let n = 0; n < 10 && reader !== null; n++) {
      look()
      await reader.esc.waitIdle()
      await answered()
      await turns(1)
    }
  }
  const take = () => {
    for (const line of (reader?.shelf.taken.splice(0) ?? []) as string[]) got.push(line.replace(/[ .]*$/, ''))
    return got.length
  }
  const start = async () => {
    if (reader !== null) return
    const options = { rotateWaitMs: 1000, pollMs: POLL_MS, rescanMs: POLL_MS }
    reader = await here.run(left?.mark ?? null, options, (train) => {
      holder = new Holder(train, {})
      return isHeld ? [holder] : []
    })
    for (const { origin, ks } of left?.open ?? []) await reader.supply.supplyAgain(origin, ks)
    void reader.start()
    await settle()
  }
  const stop = async () => {
    if (reader === null) return
    take()
    const open = holder.open(reader.supply)
    left = { mark: await reader.kill(), open } // What it gave after its mark is cut off.
    reader = null
  }
  const actions = [
    log.write,
    log.write,
    async () => {
      // Copies of one instant have the same time: nobody could tell of which the file was empty before.
      if (isCopied) await settle()
      log.rotate()
      if (isCopied || below(2) === 0) await settle()
    },
    () => (isPattern && reader !== null ? undefined : log.compressOne()),
    start,
    stop,
    () => turns(below(30)),
    async () => {
      reader?.clock.advance(600)
      await reader?.esc.waitIdle()
    },
    () => reader?.supply.pause(),
    () => reader?.supply.resume(),
    () => holder.finish(),
  ]
  await start()
  while ((reader as unknown as Awaited<ReturnType<typeof here.run>>).supply.progress().length === 0) await turns(1)
  for (let step = 0; step < STEPS; step++) await (actions[below(actions.length)]?.() as Promise<void> | undefined)
  log.finish()
  await start()
  const last = reader as unknown as Awaited<ReturnType<typeof here.run>>
  last.supply.resume()
  const endMs = performance.now() + 50_000
  while (take() < log.lines.length && performance.now() < endMs) {
    holder.finish()
    look()
    await turns(1)
  }
  await settle()
  take()
  const errors = last.messages().filter((message) => message.startsWith('error'))
  await stop()
  return { got, lines: log.lines, errors, isOrdered: !isPattern && !isHeld }
}

test.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
  'loses no line and reads none twice, whatever happens to its file and to itself: %i',
  async (seed) => {
    const { got, lines, errors, isOrdered } = await history(seed)
    // What is held comes later, and under a pattern rotated files may be found under names of their own.
    expect(isOrdered ? got : got.sort()).toEqual(isOrdered ? lines : lines.sort())
    expect(errors).toEqual([])
  },
)
