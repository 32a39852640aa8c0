/**
 * Commits to one file: all that come in one turn of Node are applied one after the other, and written and synced as
 * one. So those that come while the disk syncs go with the next sync, and the more there are at once, the less of a
 * sync each has to pay.
 */
import { ClosedError, DeadbeatError } from '../../errors/index.js'
import { EmbeddedRows } from './embedded-rows.js'
import type { State } from './state.js'
import { fileError } from './file-error.js'
import type { Tables } from './tables.js'
import type { WriteTurn } from './write-turn.js'

/** How many commits go with one sync at most, so that others have their turn. */
const BATCH_MAX = 512

interface Task {
  readonly run: (rows: EmbeddedRows) => void
  readonly done: () => void
  readonly fail: (error: Error) => void
}

/** What the file is to others: who is told of what was written. */
export interface CommitTarget {
  /** Throws if what is written would not be found again. */
  check(): void
  /** Something was written and synced, and nobody knows it yet. */
  durable(): void
  /** Those who waited for it know. */
  written(state: State): void
}

/** The commits of one file. */
export class GroupCommit {
  private readonly tables: Tables
  private readonly path: string
  private readonly turn: WriteTurn
  private readonly target: CommitTarget
  private waiting: Task[] = []
  private isClosed = false

  constructor(tables: Tables, path: string, turn: WriteTurn, target: CommitTarget) {
    this.tables = tables
    this.path = path
    this.turn = turn
    this.target = target
  }

  /**
   * Do something as part of a commit. Resolves to what it answered once that is synced. What it throws as a
   * `DeadbeatError` it must throw before it changes anything.
   */
  add<T>(work: (rows: EmbeddedRows) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.isClosed) {
        reject(closed(this.path))
        return
      }
      let end = (): void => undefined
      this.waiting.push({
        run: (rows) => {
          try {
            const result = work(rows)
            end = () => {
              resolve(result)
            }
          } catch (error) {
            if (!(error instanceof DeadbeatError)) throw error
            end = () => {
              reject(error)
            }
          }
        },
        done: () => {
          end()
        },
        fail: reject,
      })
      if (this.waiting.length === 1) this.arm()
    })
  }

  /** The same at once, blocking, for what has to be done before anything else is. */
  addNow(work: (rows: EmbeddedRows) => void): void {
    this.turn.now(() => {
      this.write([{ run: work, done: () => undefined, fail: raise }])
    })
  }

  /** What waits fails. */
  close(): void {
    this.isClosed = true
    for (const { fail } of this.waiting.splice(0)) fail(closed(this.path))
  }

  private arm(): void {
    setImmediate(() => {
      if (this.waiting.length === 0) return
      this.turn.await(
        () => {
          this.writeNext()
        },
        (error) => {
          for (const { fail } of this.waiting.splice(0)) fail(error)
        },
      )
    })
  }

  private writeNext(): void {
    try {
      this.write(this.waiting.splice(0, BATCH_MAX))
    } finally {
      this.turn.give()
    }
    if (this.waiting.length > 0) this.arm()
  }

  private write(tasks: readonly Task[]): void {
    let changed: State | null
    try {
      this.target.check()
      changed = this.tables.root.transactionSync(() => {
        const rows = new EmbeddedRows(this.tables)
        for (const task of tasks) task.run(rows)
        return rows.finish() ? rows : null
      })
    } catch (error) {
      const failed = fileError(this.path, error)
      for (const { fail } of tasks) fail(failed)
      return
    }
    if (changed !== null) this.target.durable()
    for (const { done } of tasks) done()
    if (changed !== null) this.target.written(changed)
  }
}

function closed(path: string): ClosedError {
  return new ClosedError(`the store in ${path} was closed`)
}

function raise(error: Error): never {
  throw error
}
