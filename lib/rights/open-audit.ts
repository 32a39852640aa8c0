/** Where an operator wants the audit: in a file of its own, or in the log. */
import type { Logger } from '../movement/logger.js'
import type { Clock } from '../movement/loop/clock.js'
import { AuditFile } from './audit-file.js'
import { auditIn, type WriteAudit } from './audit.js'

/** Where lines go, and how to let go of it. */
export interface OpenedAudit {
  readonly write: WriteAudit
  close(): void
}

/**
 * The audit that a setting stands for.
 *
 * @param file Its file; null: the log has the lines.
 * @throws {DeadbeatError} ERR_AUDIT_FILE if it can't be opened, or is a link.
 * @example
 * const heard = []
 * const log = { ...silentLogger, info: (line) => heard.push(line.path) }
 * const audit = openAudit(null, { clock: new ManualClock(), log })
 * audit.write({ audit: true, who: 'uid 7', from: 'pid 9', op: 'set', path: 'a.b', outcome: 'done' })
 * assert.deepEqual(heard, ['a.b'])
 */
export function openAudit(
  file: string | null,
  around: { readonly clock: Pick<Clock, 'now' | 'wall'>; readonly log: Logger },
): OpenedAudit {
  if (file === null) return { write: auditIn(around.log), close: () => undefined }
  const lines = new AuditFile(file, around)
  return { write: (line) => lines.write(line), close: () => lines.close() }
}
