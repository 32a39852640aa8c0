/** Flags that belong to the program rather than to its settings. */
import { ConfigError } from '../errors/index.js'

/**
 * Take a flag with a value (`--config FILE`, `--config=FILE`) out of the arguments. The value is null if it isn't there.
 *
 * @throws {ConfigError} If it is there without a value.
 * @example
 * assert.deepEqual(takeFlag(['--a', '1', '--config', 'x'], '--config'), { value: 'x', rest: ['--a', '1'] })
 */
export function takeFlag(argv: readonly string[], flag: string): { value: string | null; rest: string[] } {
  const rest = [...argv]
  const at = rest.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`))
  if (at === -1) return { value: null, rest }
  const [word = ''] = rest.splice(at, 1)
  const value = word === flag ? rest.splice(at, 1)[0] : word.slice(flag.length + 1)
  if (value === undefined || value === '') throw new ConfigError([`${flag} needs a value`])
  return { value, rest }
}
