/** Why a command of kv did not do what it was asked. */
import { DeadbeatError } from '../../errors/index.js'

/** A command of kv can't go on; the process ends with `exitCode`. */
export class KvCommandError extends DeadbeatError {
  readonly exitCode: number

  constructor(message: string, exitCode: number, options?: { cause?: unknown }) {
    super('ERR_KV_COMMAND', message, options)
    this.exitCode = exitCode
  }
}
