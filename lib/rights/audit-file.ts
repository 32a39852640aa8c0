/** The audit in a file of its own: JSON, one line each, which no limit of a log leaves out. */
import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs'
import { DeadbeatError, toError } from '../errors/index.js'
import type { Logger } from '../movement/logger.js'
import type { Clock } from '../movement/loop/clock.js'
import type { AuditLine } from './audit.js'

type AuditClock = Pick<Clock, 'now' | 'wall'>

const LOOK_MS = 1_000
const TELL_MS = 60_000
const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants

/**
 * Appends lines at once, so that they outlast a kill. A file that was renamed or removed, as logrotate does, is opened anew by
 * its name within a second.
 *
 * @example
 * const { mkdtempSync, readFileSync } = await import('node:fs')
 * const path = `${mkdtempSync('/tmp/deadbeat-example-')}/audit.jsonl`
 * const file = new AuditFile(path, { clock: new ManualClock(), log: silentLogger })
 * file.write({ audit: true, who: 'uid 7', from: 'pid 9', op: 'set', path: 'a.b', outcome: 'done' })
 * assert.match(readFileSync(path, 'utf8'), /^\{"timeMs":0,"audit":true,"who":"uid 7"/)
 * file.close()
 */
export class AuditFile {
  private readonly path: string
  private readonly clock: AuditClock
  private readonly log: Logger
  private fd: number
  private lookedMs: number
  private lost = 0
  private toldMs = -Infinity

  /** @throws {DeadbeatError} ERR_AUDIT_FILE if it can't be opened, or is a link. */
  constructor(path: string, { clock, log }: { readonly clock: AuditClock; readonly log: Logger }) {
    this.path = path
    this.clock = clock
    this.log = log
    this.lookedMs = clock.now()
    try {
      this.fd = this.open()
    } catch (cause) {
      const message = `the file of the audit can't be opened: ${toError(cause).message}; make its directory, or name another`
      throw new DeadbeatError('ERR_AUDIT_FILE', message, { cause })
    }
  }

  /** Write a line. What can't be written is told in the log, once a minute, with a count. */
  write(line: AuditLine): void {
    try {
      this.followName()
      const text = Buffer.from(`${JSON.stringify({ timeMs: Math.round(this.clock.wall()), ...line })}\n`)
      for (let at = 0; at < text.length;) at += writeSync(this.fd, text, at)
    } catch (error) {
      this.lost++
      if (this.clock.now() - this.toldMs < TELL_MS) return
      this.toldMs = this.clock.now()
      this.log.error({ err: toError(error), lines: this.lost, file: this.path }, 'lines of the audit are lost')
      this.lost = 0
    }
  }

  /** A line that is written afterwards is lost, and that is told. */
  close(): void {
    closeSync(this.fd)
    this.fd = -1 // The number may be another file's soon.
  }

  private open(): number {
    return openSync(this.path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  }

  private followName(): void {
    const now = this.clock.now()
    if (now - this.lookedMs < LOOK_MS) return
    this.lookedMs = now
    const [named, ours] = [statSync(this.path, { throwIfNoEntry: false }), fstatSync(this.fd)]
    if (named?.ino === ours.ino && named.dev === ours.dev) return
    const fresh = this.open() // While the old one is still there to write to.
    closeSync(this.fd)
    this.fd = fresh
  }
}
