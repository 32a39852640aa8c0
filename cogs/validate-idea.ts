import { Mapper, wholeGetter, type Getter, type Winder } from '../lib/movement/index.js'
import { faultsOfIdea } from '../lib/text/idea.js'
import { InvalidDatumError } from '../lib/text/invalid-datum.js'

/** What is looked at. */
export interface ValidateIdeaOptions<T> {
  /** Reads the message; by default the whole datum. */
  readonly getter?: Getter<T, unknown>
}

/**
 * Let only data go on that are messages of IDEA, the Intrusion Detection Extensible Alert (https://idea.cesnet.cz).
 *
 * In: any datum. Out: the same datum. One that is no good message fails, and its error has the faults. Keys of your own
 * are let be; keys of the definition must be written as it writes them.
 *
 * @throws {InvalidDatumError} `ERR_INVALID_DATUM`, from a turn: if the message is wrong.
 * @example
 * const validate = new ValidateIdea(train)
 * const message = { Format: 'IDEA0', ID: 'a1', DetectTime: '2026-11-21T09:00:00Z', Category: ['Recon.Scanning'] }
 * assert.deepEqual(validate.turn(message), [message])
 * assert.throws(() => validate.turn({ ...message, ConnCount: 'many' }), /\/ConnCount must be a whole number/)
 */
export class ValidateIdea<T> extends Mapper<T, T, Required<ValidateIdeaOptions<T>>> {
  constructor(train: Winder, options: ValidateIdeaOptions<T> = {}) {
    super(train, { getter: wholeGetter, ...options })
  }

  one(data: T): T {
    const faults = faultsOfIdea(this.options.getter(data))
    if (faults.length > 0) throw new InvalidDatumError('a message of IDEA', faults)
    return data
  }
}
