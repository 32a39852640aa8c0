/**
 * A file that is open as a store: once in a process, whoever opens it. lmdb must not have a file open twice in one
 * process, and commits of all who use it go with the same sync.
 */
import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { History, HistorySource } from '../store/rows.js'
import { ChangeNotice, type NoticeOptions } from './change-notice.js'
import { EmbeddedHistory } from './embedded-history.js'
import type { EmbeddedRows } from './embedded-rows.js'
import { GroupCommit } from './group-commit.js'
import type { Reading } from './lmdb.js'
import { StoreFileError } from '../errors.js'
import { lockFile, openStore } from './open-store.js'
import { readState, type State } from './state.js'
import { fileError } from './file-error.js'
import type { Tables } from './tables.js'
import { WriteTurn, type WriteTurnOptions } from './write-turn.js'

/** How a file is used. */
export type StoreFileOptions = NoticeOptions & WriteTurnOptions

const opened = new Map<string, StoreFile>()

/** An open file, shared by those who use it. */
export class StoreFile implements HistorySource {
  readonly path: string
  readonly tables: Tables
  private readonly turn: WriteTurn
  private readonly commits: GroupCommit
  private readonly notice: ChangeNotice
  private readonly users = new Set<(state: State) => void>()
  private readonly listening = new Set<(state: State) => void>()
  /** The state that was told last. */
  latest: State

  private constructor(path: string, options: StoreFileOptions) {
    this.path = path
    const { tables, turn } = openStore(path, options)
    this.tables = tables
    this.turn = turn
    try {
      // What is written from here on is heard of, and what was written before is read.
      this.notice = new ChangeNotice(path, () => this.look(), options)
      this.latest = this.reading((reading) => readState(this.tables.root, reading))
    } catch (error) {
      turn.close()
      void tables.root.close()
      throw fileError(path, error)
    }
    const files = [path, lockFile(path)]
    const found = files.map(numberOf)
    this.commits = new GroupCommit(tables, path, turn, {
      check: () => {
        if (files.every((file, i) => numberOf(file) === found[i])) return
        throw new StoreFileError(path, 'it, or its -lock, was removed or replaced while it was open. Open it again')
      },
      durable: () => {
        this.notice.touch()
      },
      written: (state) => {
        this.tell(state)
      },
    })
  }

  /** Open a file, or share the one that is open. `changed` is told the state after each change, whoever made it. */
  static open(path: string, changed: (state: State) => void, options: StoreFileOptions): StoreFile {
    const name = realName(path)
    const file = opened.get(name) ?? new StoreFile(name, options)
    opened.set(name, file)
    file.users.add(changed)
    return file
  }

  read<T>(use: (history: History) => T): T {
    return this.reading((reading) =>
      use(new EmbeddedHistory(this.tables, readState(this.tables.root, reading), reading)),
    )
  }

  /** Read from one state, whatever is written meanwhile. */
  reading<T>(use: (reading: Reading) => T): T {
    const { root } = this.tables
    try {
      root.resetReadTxn()
      const transaction = root.useReadTransaction()
      try {
        return use({ transaction })
      } finally {
        transaction.done()
      }
    } catch (error) {
      throw fileError(this.path, error)
    }
  }

  /** Do something as part of a commit; see `GroupCommit`. */
  commit<T>(work: (rows: EmbeddedRows) => T): Promise<T> {
    return this.commits.add(work)
  }

  /** The same at once, blocking. */
  commitNow(work: (rows: EmbeddedRows) => void): void {
    this.commits.addNow(work)
  }

  /** Say whether somebody waits for changes: that keeps the process alive. */
  setRef(changed: (state: State) => void, on: boolean): void {
    if (on) this.listening.add(changed)
    else this.listening.delete(changed)
    this.notice.setRef(this.listening.size > 0)
  }

  /** Stop using it. The last one closes it. */
  async close(changed: (state: State) => void): Promise<void> {
    this.users.delete(changed)
    this.setRef(changed, false)
    if (this.users.size > 0) return
    opened.delete(this.path)
    this.notice.close()
    this.commits.close()
    this.turn.close()
    await this.tables.root.close()
  }

  /** It was written, perhaps by another process. Answers whether anything is new. */
  private look(): boolean {
    let state: State
    try {
      state = this.reading((reading) => readState(this.tables.root, reading))
    } catch {
      // Whoever watches reads it now himself, and fails with what is wrong.
      this.tell(this.latest)
      return true
    }
    const { revision, compacted, soonestMs } = this.latest
    if (state.revision === revision && state.compacted === compacted && state.soonestMs === soonestMs) return false
    this.tell(state)
    return true
  }

  private tell(state: State): void {
    this.latest = state
    for (const changed of [...this.users]) changed(state)
  }
}

/** One name for a file, whichever way leads to it. */
function realName(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path))
    } catch {
      return path // Nothing of it is there yet, so nobody has it open.
    }
  }
}

/** Which file a name leads to: its number in the file system; undefined where there is none. */
function numberOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}
