/** What is waited for: a value, or that it compares to one. */
import { isDeepStrictEqual } from 'node:util'

const OPERATORS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
}

/**
 * A condition as people write it: `on`, `20`, `>= 20`, `!= 0`. A value fits if it is what is written, as JSON or as text, or
 * is shown so; the rest compares numbers.
 *
 * @throws {RangeError} If what follows `<` or `>` is no number.
 * @example
 * assert.equal(readUntil('>= 20')(20.5, ''), true)
 * assert.equal(readUntil('on')(1, 'on'), true)
 * assert.equal(readUntil('!= 0')(0, ''), false)
 */
export function readUntil(text: string): (value: unknown, shown: string) => boolean {
  const [, operator = '==', written = ''] = /^\s*(>=|<=|==|!=|>|<)?\s*(.*?)\s*$/s.exec(text) ?? []
  const compare = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined
  if (compare !== undefined) {
    const limit = Number(written)
    if (written === '' || Number.isNaN(limit))
      throw new RangeError(`--until ${operator} compares numbers: ${JSON.stringify(written)} is none`)
    return (value) => typeof value === 'number' && compare(value, limit)
  }
  const wanted = valueOf(written)
  const isSame = (value: unknown, shown: string): boolean =>
    isDeepStrictEqual(value, wanted) || value === written || shown.toLowerCase() === written.toLowerCase()
  return operator === '!=' ? (value, shown) => !isSame(value, shown) : isSame
}

/**
 * What is written like JSON is meant so; everything else is text.
 *
 * @example
 * assert.deepEqual(['5', 'on', '[1]'].map(valueOf), [5, 'on', [1]])
 */
export function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
