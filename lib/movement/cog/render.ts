/** How a cog's options read in a log line, a graph or a debugger. */
import { describeValue } from '../../errors/index.js'

/**
 * Options as `name=value, …`, each value short and on one line.
 *
 * @example
 * assert.equal(renderOptions({ windowMs: 60, key: 'a' }), 'windowMs=60, key="a"')
 */
export function renderOptions(options: object): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${renderValue(value)}`)
    .join(', ')
}

function renderValue(value: unknown): string {
  if (typeof value !== 'function') return describeValue(value)
  return value.name === '' ? 'function' : value.name
}
