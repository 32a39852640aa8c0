/** Who changed what, and who called what: a line for each, also for what was refused. */
import { codeOf, describeValue, toError } from '../errors/index.js'
import type { Logger } from '../movement/logger.js'
import { describePrincipal, type Principal } from './principal.js'

/** What was asked for. */
export interface Audited {
  readonly principal: Principal
  /** Where it came from, as far as the transport knows: a connection, a process. */
  readonly from: string
  readonly right: 'set' | 'call' | 'run'
  /** `store.key` or `store.method`. */
  readonly path: string
  /** What was asked for: the value, or the arguments. Secrets are masked by whoever knows them. */
  readonly asked?: unknown
  /** The value before. */
  readonly before?: unknown
}

/** A line of the audit. */
export interface AuditLine extends Readonly<Record<string, unknown>> {
  readonly audit: true
  readonly who: string
  readonly from: string
  readonly op: 'set' | 'call' | 'run'
  readonly path: string
  readonly outcome: 'done' | 'refused' | 'failed'
}

/** Where lines go. */
export type WriteAudit = (line: AuditLine) => void

const TEXT_CHARACTERS_MAX = 200
/** More than any store, item or method has: a stranger may ask for whatever he likes. */
const PATH_CHARACTERS_MAX = 1_000

/** Lines in a log, each with `audit: true`, by which they can be found. A log that is limited may leave some out. */
export function auditIn(log: Logger): WriteAudit {
  return (line) => {
    log.info(line, `${line.who}: ${line.op} ${describeValue(line.path)}, ${line.outcome}`)
  }
}

/**
 * Do something that somebody asked for, and write down who, what and how it ended: `refused` if the rights didn't allow it.
 *
 * @param after What the value is afterwards, from what `act` answered; not written if it isn't given.
 * @throws what `act` throws.
 * @example
 * const lines = []
 * const about = { principal: { kind: 'uid', id: 7 }, from: 'pid 9', right: 'set', path: 'heater.setpoint', before: 20, asked: 21 }
 * await audited((line) => lines.push(line), about, async () => 21, (accepted) => accepted)
 * assert.deepEqual(lines, [{ audit: true, who: 'uid 7', from: 'pid 9', op: 'set', path: 'heater.setpoint', before: 20, asked: 21, outcome: 'done', after: 21 }])
 */
export async function audited<T>(
  write: WriteAudit,
  { principal, from, right, path, ...values }: Audited,
  act: () => T | Promise<T>,
  after?: (answer: T) => unknown,
): Promise<T> {
  const line = {
    audit: true as const,
    who: describePrincipal(principal),
    ...(principal.kind === 'key' ? { key: principal.id } : {}),
    ...{ from, op: right, path: cut(path, PATH_CHARACTERS_MAX) },
    ...('before' in values ? { before: brief(values.before) } : {}),
    ...('asked' in values ? { asked: brief(values.asked) } : {}),
  }
  let answer: T
  try {
    answer = await act()
  } catch (thrown) {
    const { name, message } = toError(thrown)
    const code = codeOf(thrown)
    const outcome = code === 'ERR_FORBIDDEN' ? 'refused' : 'failed'
    write({ ...line, outcome, error: brief(message), code: code === '' ? name : code })
    throw thrown
  }
  write({ ...line, outcome: 'done', ...(after === undefined ? {} : told(() => after(answer))) })
  return answer
}

/** The value afterwards; nothing if it can't be found out, which undoes nothing of what was done. */
function told(after: () => unknown): { readonly after?: unknown } {
  try {
    return { after: brief(after()) }
  } catch {
    return {}
  }
}

/** A value as a line holds it: short, and plain JSON. */
function brief(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null
  if (typeof value !== 'string') return describeValue(value)
  return cut(value, TEXT_CHARACTERS_MAX)
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}… (${text.length} characters)` : text
}
