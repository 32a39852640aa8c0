/** Why a process could not become a daemon. */
import { DeadbeatError } from '../errors/index.js'

/** What a daemon's manners ended with: the code of the error is stable, `exitCode` is one of sysexits.h. */
export class DaemonError extends DeadbeatError {
  readonly exitCode: number

  /**
   * @example
   * assert.equal(new DaemonError('ERR_HELD', 'it runs already', 73).exitCode, 73)
   */
  constructor(code: string, message: string, exitCode: number, options?: { cause?: unknown }) {
    super(code, message, options)
    this.exitCode = exitCode
  }
}

/** The codes of sysexits.h that a daemon's manners end with. */
export const EX = { unavailable: 69, software: 70, cantCreate: 73, tempFail: 75, noPerm: 77, config: 78 } as const

/** That a system call is wanted which only the native part of inotify-ts has, and why that isn't there. */
export function needsNative(what: string, cause: Error | null): DaemonError {
  const why = cause === null ? '' : `: ${cause.message}`
  return new DaemonError('ENOTSUP', `${what} needs the native part of inotify-ts${why}`, EX.unavailable, { cause })
}
