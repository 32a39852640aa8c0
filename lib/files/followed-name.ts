/** What is known of the files that are followed: by name, by inode. */
import type { FileMark } from './file-mark.js'
import type { FileLoop, LoopBinding } from './loop.js'
import { OpenFiles } from './open-files.js'
import { PastFiles } from './past-files.js'
import type { TailedFile } from './tailed-file.js'

/** A name and the files that had it and are still being read: the oldest first, and only that one is read. */
export class FollowedName {
  readonly path: string
  /** Whether the name itself was given, so that it is waited for. */
  readonly isLiteral: boolean
  readonly files: TailedFile[] = []
  /** Whether there was something under the name when it was last looked at. */
  exists = false
  rotations = 0
  /** Bytes known to have been lost: truncated or deleted before they were read. */
  lost = 0
  /** How often more may have been lost than is known: it was gone before anybody looked. */
  lossesUnknown = 0
  /** Whether a file came to have it of which inotify hasn't told yet. */
  isUntold = false
  /** How many files were found that inotify is still to tell of. */
  foundAhead = 0
  /** The code of the error that keeps the name from being read; empty if there is none. */
  fault = ''
  /** After how long it is tried again. */
  retryMs = 0
  retry: LoopBinding | null = null
  /** Waits for another file, while it has none. */
  missing: LoopBinding | null = null
  /** Whether it was told that it has none. */
  isMissed = false
  /** Whether nobody tells of every change, so that it has to be polled. */
  isPolled = false

  constructor(path: string, isLiteral: boolean) {
    this.path = path
    this.isLiteral = isLiteral
  }

  /** The file that has the name now, as far as is known. */
  get current(): TailedFile | undefined {
    const last = this.files.at(-1)
    return last?.isLeaving === true ? undefined : last
  }

  /** Don't try it again. */
  stopRetrying(loop: FileLoop): void {
    if (this.retry !== null) loop.cancel(this.retry)
    this.retry = null
  }

  /** Don't tell that it has no file. */
  stopMissing(loop: FileLoop): void {
    if (this.missing !== null) loop.cancel(this.missing)
    this.missing = null
  }

  /** Let nothing come any more that was bound for it. */
  unbind(loop: FileLoop): void {
    this.stopRetrying(loop)
    this.stopMissing(loop)
  }
}

/** All that is followed. */
export interface Followed {
  /** The names, by their absolute paths. */
  readonly names: Map<string, FollowedName>
  /** Every file that is being followed, by its identity. */
  readonly known: Map<string, TailedFile>
  /** Names whose file is being followed under another name, by its identity. */
  readonly aliases: Map<string, FollowedName>
  /** Files without a name: they wait for the last words of their writers, or for their last ranges to be over. */
  readonly old: Set<TailedFile>
  /** Files that were read and let go. */
  readonly past: PastFiles
  readonly open: OpenFiles
}

/** Nothing is followed yet; later at most so many files are open. */
export function nothingFollowed(openFilesMax: number): Followed {
  const open = new OpenFiles(openFilesMax)
  return { names: new Map(), known: new Map(), aliases: new Map(), old: new Set(), past: new PastFiles(), open }
}

/** How far each file was read: what was let go, then the others, those of one name in the order in which they had it. */
export function marksOf({ known, names, old, past }: Followed): FileMark[] {
  const marks = [...past.all()]
  // Those that are known no more are over, but for ranges that a check-point lists by themselves.
  for (const file of old) if (known.get(file.id) === file) marks.push(file.mark())
  for (const { files } of names.values()) for (const file of files) if (!file.isGone) marks.push(file.mark())
  return marks
}
