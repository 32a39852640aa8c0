/** A directory of logs, and runs of a train that reads them: each but the first goes on behind a mark. */
import { afterEach, expect } from '@jest/globals'
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { FileWatcherSupply, type FileWatcherOptions } from '../../cogs/file-watcher-supply.js'
import type { FilesMark } from '../../lib/files/file-mark.js'
import { Cog, Drain, type Hold, type Json, type Winder } from '../../lib/movement/index.js'
import type { FileRange } from '../../lib/files/tailed-file.js'
import { testTrain } from '../../lib/testing/index.js'
import { passTime } from './pass-time.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Keeps what it takes. */
export class Shelf extends Drain<unknown> {
  readonly taken: unknown[] = []

  get flushed(): number {
    return this.taken.length
  }

  take(data: unknown): void {
    this.taken.push(data)
  }

  position(): number {
    return this.taken.length
  }
}

/** Holds the lines that ask for it until it finishes. */
export class Holder extends Cog<string> {
  readonly holds: Hold[] = []

  turn(line: string) {
    if (!line.startsWith('hold')) return [line]
    this.holds.push(this.train.hold(line))
    return null
  }

  override finish(): void {
    for (const hold of this.holds.splice(0)) this.train.resume(hold, [hold.data])
  }

  /** What a check-point lists of them. */
  open(supply: { originMark(range: FileRange): Json }): { origin: Json; ks: number[] }[] {
    const byOrigin = new Map<FileRange, number[]>()
    for (const { event } of this.holds) {
      const range = event.up.origin as FileRange
      byOrigin.set(range, [...(byOrigin.get(range) ?? []), event.k])
    }
    return [...byOrigin].map(([range, ks]) => ({
      ks,
      origin: JSON.parse(JSON.stringify(supply.originMark(range))) as Json,
    }))
  }
}

/** What `world` gives. */
export type World = ReturnType<typeof world>

/** A new directory, which is removed after the test. */
export function world(names: readonly string[] = ['a.log']) {
  const root = mkdtempSync(join(tmpdir(), 'restart-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  const path = (name: string) => join(root, name)
  const append = (name: string, text: string) => appendFileSync(path(name), text)
  const rename = (from: string, to: string) => renameSync(path(from), path(to))
  const write = (name: string, bytes: string | Buffer, mtime?: number) => {
    writeFileSync(path(name), bytes)
    if (mtime !== undefined) utimesSync(path(name), mtime, mtime)
  }
  /** As gzip does it: the times stay. Node sets them in µs: rounded up, one would be younger than what came after it. */
  const compress = (name: string) => {
    const { mtimeNs } = statSync(path(name), { bigint: true })
    write(`${name}.gz`, gzipSync(readFileSync(path(name))), Number(mtimeNs / 1000n) / 1_000_000)
    rmSync(path(name))
  }
  const copyTruncate = (name: string, to: string) => {
    copyFileSync(path(name), path(to))
    truncateSync(path(name))
  }
  async function run(
    mark: Json | null,
    options: Partial<FileWatcherOptions<string>> = {},
    makeStages: (train: Winder) => unknown[] = () => [],
  ) {
    const { train, esc, clock, log, dead } = testTrain()
    const filenames = (options.filenames ?? names).map(path)
    const supply = new FileWatcherSupply(train, { tail: false, rescanMs: 1000, ...options, filenames })
    const shelf = new Shelf(train, {})
    ;(train.line as (...stages: unknown[]) => unknown)(supply, ...makeStages(train), shelf)
    train.wind()
    if (mark !== null) await supply.continueFrom(mark)
    let running: Promise<unknown> | null = null
    const start = () => (running ??= train.run({ signals: false }))
    const until = async (isTrue: () => boolean) => {
      while (!isTrue()) {
        if (!esc.inotify) passTime(clock, 1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const gets = async (...lines: string[]) => {
      void start()
      await until(() => shelf.taken.length >= lines.length)
      await esc.waitIdle()
      expect(shelf.taken).toEqual(lines)
    }
    /** What a later run would find after `kill -9`. */
    const kill = async () => {
      const left = JSON.parse(JSON.stringify(supply.mark())) as FilesMark
      await train.stop()
      await running
      esc.close()
      return left
    }
    cleanups.push(async () => {
      await train.stop()
      esc.close()
    })
    const messages = () =>
      log.filter(({ level }) => level !== 'info').map(({ level, message }) => `${level}: ${message}`)
    return { supply, shelf, gets, kill, until, start, log, messages, dead, train, clock, esc }
  }
  /** Run once over what is there. */
  const first = async (...lines: string[]) => {
    const { gets, kill } = await run(null)
    await gets(...lines)
    return kill()
  }
  return { root, path, append, rename, write, compress, copyTruncate, run, first }
}
