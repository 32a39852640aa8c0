/** What commands tell: results on stdout, as a sentence or as a line of JSON; why not, on stderr. */
import { exitCodeOf } from '../app/exit-codes.js'
import { codeOf, ConfigError, toError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { LoadError } from './load.js'

/** Write a result: the sentence, or, with `json`, the fields in one line. */
export function tell(sentence: string, fields: Readonly<Record<string, unknown>>, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(fields) : escapeControls(sentence)}\n`)
}

/** Write why something was not done. Answers the exit code that is given. */
export function refuse(message: string, code: number): number {
  process.stderr.write(`${escapeControls(message)}\n`)
  return code
}

/**
 * Do something, and tell what it throws. Answers the exit code: its own, else that of the failure.
 *
 * @param name Who it is about.
 */
export async function orTell<T extends number | null>(name: string, act: () => Promise<T>): Promise<T | number> {
  try {
    return await act()
  } catch (error) {
    const code = exitCodeOf(error)
    if (error instanceof LoadError) {
      process.stderr.write(`${error.message}\n`) // It shows a piece of source, line by line.
      return code
    }
    const faults = error instanceof ConfigError ? error.faults : linesOf(toError(error))
    process.stderr.write(`${name}: ${faults.map(escapeControls).join('\n  ')}\n`)
    return code
  }
}

/** Of a configuration that a daemon refused, a line for each fault, as it sent them; anything else is one line. */
function linesOf(error: Error): readonly string[] {
  const lines = codeOf(error) === 'ERR_CONFIG' ? error.message.split(/\n */) : [error.message]
  return lines.length > 1 ? lines.slice(1) : lines // The first says how many.
}
