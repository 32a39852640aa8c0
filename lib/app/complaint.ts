/** Why something was not done, as stderr shows it. */
import { escapeControls } from '../errors/escape-controls.js'
import { ConfigError, toError } from '../errors/index.js'

/**
 * What keeps somebody from running: a line, or, of a configuration, one for each of its faults.
 *
 * @example
 * assert.equal(complaintOf('lamp', new Error('no oil')), 'lamp: no oil\n')
 * assert.equal(complaintOf('lamp', new ConfigError(['a is no', 'b neither'])), 'lamp: a is no\n  b neither\n')
 */
export function complaintOf(name: string, error: unknown): string {
  return textOfFaults(name, error instanceof ConfigError ? error.faults : [toError(error).message])
}

/** What is wrong with an app or its configuration, as stderr shows it: a line each. */
export function textOfFaults(name: string, faults: readonly string[]): string {
  const [first = '', ...others] = faults.map(escapeControls)
  return [`${name}: ${first}`, ...others.map((fault) => `  ${fault}`)].map((line) => `${line}\n`).join('')
}
