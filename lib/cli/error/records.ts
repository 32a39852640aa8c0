/** Which records a command means: by path, and perhaps by subsystem. */
import { hostname } from 'node:os'
import { errorPath, ErrorRecords, Keys, type ErrorRecord } from '../../runner/index.js'
import { KV_EXIT } from '../kv/exits.js'
import { KvCommandError } from '../kv/kv-command-error.js'
import type { Session } from '../kv/session.js'

/** The records of the store of a command. */
export function recordsOf(session: Session): ErrorRecords {
  const kv = session.backend
  return new ErrorRecords(kv, new Keys(`${session.prefix}/deadbeat`), hostname(), { clock: kv.clock })
}

/**
 * The records of one thing: of the subsystem that is given, or of all that have one of it.
 *
 * @throws {KvCommandError} 66, if there is none.
 */
export async function recordsAt(
  errors: ErrorRecords,
  text: string,
  subsystem: string | undefined,
): Promise<ErrorRecord[]> {
  const path = errorPath({ path: text })
  const its = (await errors.list({ path, subsystem })).filter((record) => errorPath(record).length === path.length)
  if (its.length > 0) return its
  const where = subsystem === undefined ? '' : ` of ${subsystem}`
  throw new KvCommandError(`there is no record${where} for ${text}: deadbeat error dump -r shows all`, KV_EXIT.notFound)
}
