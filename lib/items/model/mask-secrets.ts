/** Secrets in what an operator is shown of passing data. */

import { describeValue } from '../../errors/index.js'

/** Names under which secrets are kept. */
const SECRET = /passw|passphrase|secret|token|api[-_]?key|private[-_]?key|authorization|cookie|credential/i
const MASK = '***'
/** How deep a datum is shown, and how long its texts and lists. */
const DEPTH_MAX = 6
const TEXT_MAX = 2000
const LIST_MAX = 100

/**
 * A copy of a datum as plain JSON, for people: what is kept under the name of a secret is masked, what is deep or long is
 * cut short, and bytes and dates are written as text.
 *
 * @example
 * assert.deepEqual(maskSecrets({ user: 'ann', password: 'x', tags: [1n] }), { user: 'ann', password: '***', tags: ['1n'] })
 */
export function maskSecrets(data: unknown, depth = 0): unknown {
  if (typeof data === 'string')
    return data.length > TEXT_MAX ? `${data.slice(0, TEXT_MAX)}… (${data.length} characters)` : data
  if (typeof data === 'number') return Number.isFinite(data) ? data : String(data)
  if (typeof data === 'boolean' || data === null) return data
  if (typeof data !== 'object') return describeValue(data)
  if (data instanceof Date || data instanceof RegExp || data instanceof Error) return String(data)
  if (data instanceof Uint8Array) return maskSecrets(Buffer.from(data).toString('latin1'), depth)
  if (depth === DEPTH_MAX) return '…'
  if (data instanceof Map) return maskSecrets(Object.fromEntries(data), depth)
  if (data instanceof Set) return maskSecrets([...data], depth)
  if (Array.isArray(data)) {
    const shown = data.slice(0, LIST_MAX).map((value) => maskSecrets(value, depth + 1))
    return data.length > LIST_MAX ? [...shown, `… (${data.length} values)`] : shown
  }
  const entries = Object.entries(data)
  const shown = entries
    .slice(0, LIST_MAX)
    .map(([key, value]) => [
      key,
      SECRET.test(key) && value !== null && value !== undefined ? MASK : maskSecrets(value, depth + 1),
    ])
  if (entries.length > LIST_MAX) shown.push(['…', `(${entries.length} keys)`])
  return Object.fromEntries(shown)
}
