/** Marks of real files, and directories for them. */
import { closeSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileMark } from '../../lib/files/file-mark.js'
import { openTail } from '../../lib/files/open-tail.js'

/** The mark of a file that was read up to an offset. */
export function markOf(path: string, offset: number, isOver = false): FileMark {
  const { file, fd } = openTail(path, false, path.endsWith('.gz'))
  closeSync(fd)
  file.goOnAt(offset)
  return file.mark(isOver)
}

/** A new directory; `write` makes a file in it, last written to at a time in seconds. */
export function folder(cleanups: (() => void | Promise<void>)[]) {
  const root = mkdtempSync(join(tmpdir(), 'marks-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  const path = (name: string) => join(root, name)
  const write = (name: string, bytes: string | Buffer, mtime?: number) => {
    writeFileSync(path(name), bytes)
    if (mtime !== undefined) utimesSync(path(name), mtime, mtime)
    return path(name)
  }
  return { root, path, write }
}

/** A log that keeps what it is told, as `level: message`. */
export function recorder() {
  const logged: string[] = []
  const at = (level: string) => (_fields: object, message: string) => void logged.push(`${level}: ${message}`)
  return { logged, log: { info: at('info'), warn: at('warn'), error: at('error') } }
}
