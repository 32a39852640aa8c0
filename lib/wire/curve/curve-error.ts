/** What is wrong with keys. */
import { DeadbeatError } from '../../errors/index.js'

/** Keys are missing, can't be read, or are kept so that others can read them: the operator has to do something. */
export class CurveError extends DeadbeatError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('ERR_KEYS', message, options)
  }
}
