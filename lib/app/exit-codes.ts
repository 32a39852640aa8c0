/** With which code a process ends, by sysexits.h. */
import { codeOf } from '../errors/index.js'

/** The codes of sysexits.h that Deadbeat ends with. */
export const EXIT = {
  ok: 0,
  usage: 64,
  dataerr: 65,
  noinput: 66,
  unavailable: 69,
  software: 70,
  oserr: 71,
  cantcreat: 73,
  ioerr: 74,
  tempfail: 75,
  protocol: 76,
  noperm: 77,
  config: 78,
} as const

const BY_CODE: ReadonlyMap<string, number> = new Map([
  ['ERR_CONFIG', EXIT.config],
  ['ERR_TYPESCRIPT', EXIT.dataerr],
  ['ERR_ARGUMENTS', EXIT.usage],
  ['ERR_AUDIT_FILE', EXIT.cantcreat],
  ['ERR_LOG_FILE', EXIT.cantcreat],
  ['ERR_OUTPUT_FILE', EXIT.cantcreat],
  ['ERR_FINISH_TIMEOUT', EXIT.tempfail],
  ['ERR_CHECKPOINT', EXIT.ioerr],
  ['ERR_IN_USE', EXIT.tempfail],
  ['ERR_INSTANCE', EXIT.dataerr],
  ['ERR_PERSIST', EXIT.ioerr],
  ['ERR_AMBIGUOUS', EXIT.unavailable],
  ['ERR_BLOCK', EXIT.dataerr],
  ['ERR_DAEMON_NAME', EXIT.usage],
  ['ERR_DOTTED_PATH', EXIT.usage],
  ['ERR_ENTRY', EXIT.dataerr],
  ['ERR_NO_CODE', EXIT.noinput],
  ['ERR_CODE_COMPILE', EXIT.dataerr],
  ['ERR_CODE_REQUIRES', EXIT.dataerr],
  ['ERR_CODE_SIGNATURE', EXIT.noperm],
  ['ERR_JOB_RUNS', EXIT.tempfail],
  ['ERR_NODE_RUNS', EXIT.tempfail],
  ['ERR_NAME_TAKEN', EXIT.tempfail],
  ['ERR_NO_DAEMON', EXIT.unavailable],
  ['ERR_NOT_RUNNING', EXIT.unavailable],
  ['ERR_NO_ANSWER', EXIT.tempfail],
  ['ERR_CONTROL_CLOSED', EXIT.unavailable],
  ['ERR_NO_ITEM', EXIT.unavailable],
  ['ERR_NO_METHOD', EXIT.unavailable],
  ['ERR_TARGET', EXIT.usage],
  ['ERR_FORBIDDEN', EXIT.noperm],
  ['ERR_KEYS', EXIT.config],
  ['ERR_ITEM_VALUE', EXIT.usage],
  ['ERR_NO_ACK', EXIT.tempfail],
  ['ERR_DEADLINE', EXIT.tempfail],
  ['ERR_WRITE_ONLY', EXIT.usage],
  ['ERR_ITEM_SET', EXIT.ioerr],
  ['ERR_READ_ONLY', EXIT.usage],
  ['ERR_CONTROL', EXIT.cantcreat],
  ['ERR_CONTROL_IN_USE', EXIT.cantcreat],
  ['ERR_METRICS', EXIT.unavailable],
  ['ERR_WIRE_BUSY', EXIT.tempfail],
  ['ERR_WIRE_FRAMES', EXIT.protocol],
  ['ERR_WIRE_IN_USE', EXIT.unavailable],
  ['ERR_WIRE_LOST', EXIT.tempfail],
  ['ERR_WIRE_STOPPING', EXIT.tempfail],
  ['ERR_WIRE_VALUE', EXIT.dataerr],
  ['ERR_STATE_DIRECTORY', EXIT.cantcreat],
  ['ERR_RUNTIME_DIRECTORY', EXIT.cantcreat],
  ['ERR_KV_COLLISION', EXIT.cantcreat],
  ['ERR_KV_COMPACTED', EXIT.noinput],
  ['ERR_KV_ENTITY', EXIT.dataerr],
  ['ERR_KV_FILE', EXIT.dataerr],
  ['ERR_KV_FUTURE_REVISION', EXIT.noinput],
  ['ERR_KV_LEASE_LOST', EXIT.tempfail],
  ['ERR_KV_LOCK_LOST', EXIT.tempfail],
  ['ERR_KV_OUTCOME_UNKNOWN', EXIT.tempfail],
  ['ERR_KV_PATH', EXIT.usage],
  ['ERR_KV_REFUSED', EXIT.noperm],
  ['ERR_KV_RETRIES', EXIT.tempfail],
  ['ERR_KV_DEADLINE', EXIT.tempfail],
  ['ERR_KV_REVISION_MISMATCH', EXIT.cantcreat],
  ['ERR_KV_TOO_DEEP', EXIT.dataerr],
  ['ERR_KV_TOO_LARGE', EXIT.dataerr],
  ['ERR_KV_UNAVAILABLE', EXIT.unavailable],
  ['ERR_KV_VANISHED', EXIT.noinput],
  ['EEXIST', EXIT.cantcreat],
  ['ENOENT', EXIT.noinput],
  ['EACCES', EXIT.noinput],
  ['EISDIR', EXIT.noinput],
  ['ENOTDIR', EXIT.noinput],
  ['EPERM', EXIT.noperm],
  ['ENOSPC', EXIT.ioerr],
  ['EDQUOT', EXIT.ioerr],
  ['EIO', EXIT.ioerr],
  ['EROFS', EXIT.ioerr],
  ['EFBIG', EXIT.ioerr],
  ['EPIPE', EXIT.ioerr],
  ['ENOTSUP', EXIT.unavailable],
  ['EADDRINUSE', EXIT.unavailable],
  ['EADDRNOTAVAIL', EXIT.unavailable],
  ['ECONNREFUSED', EXIT.unavailable],
  ['ECONNRESET', EXIT.unavailable],
  ['EHOSTUNREACH', EXIT.unavailable],
  ['ETIMEDOUT', EXIT.unavailable],
  ['EMFILE', EXIT.oserr],
  ['ENFILE', EXIT.oserr],
  ['ENOMEM', EXIT.oserr],
])

/**
 * The exit code for a failure: its own `exitCode` if it or what lies behind it has one, else what its `code` stands
 * for, else that of its cause or of the first of several; 65 for a datum that stopped its train, 70 for what nobody
 * foresaw.
 *
 * @example
 * assert.equal(exitCodeOf(Object.assign(new Error('full'), { code: 'ENOSPC' })), 74)
 * assert.equal(exitCodeOf(new Error('bug')), 70)
 */
export function exitCodeOf(error: unknown): number {
  const chain = [...chainOf(error)]
  for (const one of chain) {
    const own: unknown = (one as { exitCode?: unknown }).exitCode
    if (Number.isInteger(own)) return own as number
  }
  for (const one of chain) {
    const code = BY_CODE.get(codeOf(one))
    if (code !== undefined) return code
  }
  return chain.some((one) => codeOf(one) === 'ERR_COG') ? EXIT.dataerr : EXIT.software
}

/** An error, what it carries, and their causes, outermost first; each once. */
function* chainOf(error: unknown, seen = new Set<unknown>()): Generator<object> {
  if (typeof error !== 'object' || error === null || seen.has(error)) return
  seen.add(error)
  yield error
  const { errors, cause } = error as { errors?: unknown; cause?: unknown }
  if (Array.isArray(errors)) for (const one of errors) yield* chainOf(one, seen)
  yield* chainOf(cause, seen)
}
