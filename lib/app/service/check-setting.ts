/** One value for one setting, while the daemon runs: by the same rules as in a configuration file. */
import { gather } from '../../conf/gather.js'
import { ConfigError } from '../../errors/index.js'
import type { Entry } from '../../settings/index.js'

/**
 * The final value of what somebody wants a setting to be: `'5s'` is 5000 for a duration.
 *
 * @throws {TypeError} If it breaks the setting's rule; the message says the rule and the value.
 * @example
 * assert.equal(checkSetting({ doc: 'How long.', format: 'duration', default: '1m' }, '5s'), 5000)
 * assert.throws(() => checkSetting({ doc: 'How many.', format: 'nat', default: 1 }, -1), /must be a whole number/)
 */
export function checkSetting(entry: Entry, value: unknown): unknown {
  if (value === null && entry.default === null) return null
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw new TypeError('must have at least one value: the list is empty')
  // As the flags of a schema with nothing else in it: there is one place where values are read.
  const argv = values.map((one) => `--new.value=${typeof one === 'string' ? one : JSON.stringify(one)}`)
  try {
    return gather({ new: { value: entry } }, { argv, env: {}, file: null, exitOnError: false }).new.value
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const faults = error.faults.map((fault) =>
      fault.replace(/^(--)?new\.value/, 'it').replace(/ \(--new\.value\)$/, ''),
    )
    throw new TypeError(faults.join('; '), { cause: error })
  }
}
