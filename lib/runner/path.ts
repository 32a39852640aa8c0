/**
 * Dotted paths, by which stored code, jobs and data are named: lists of elements, written `a.b.c`. A colon begins what
 * can't be written as it is: `:.` a dot, `::` a colon, `:_` a space; `:` alone is the empty path. In kv each element is
 * one segment of the key's path, percent-encoded (specification runner, A1; MoaT's paths).
 */
import { RunnerError } from './errors.js'

/** The elements of a path, none of them empty. */
export type Path = readonly string[]

/** How deep jobs, code and data may lie: the store reads a subtree level by level. */
export const PATH_ELEMENTS_MAX = 16
/** How many elements say what an error is of: before a path stand kind, group and node of a job, or what it is. */
export const ERROR_PATH_ELEMENTS_MAX = PATH_ELEMENTS_MAX + 3

const MEANS: Readonly<Record<string, string>> = { '.': '.', ':': ':', _: ' ' }
const WRITTEN: Readonly<Record<string, string>> = { '.': ':.', ':': '::', ' ': ':_' }
// What a key's path can't have, or what would read as something else in it.
// eslint-disable-next-line no-control-regex -- control characters are what is asked for
const TO_ENCODE = /[%/\u0000-\u001f\u007f]|^\.{1,2}$/gu

/**
 * The elements of a dotted path.
 *
 * @throws {RunnerError} ERR_DOTTED_PATH, if an element is empty, a colon stands before nothing that it can begin, or the
 * path is too long.
 * @example
 * assert.deepEqual(parsePath('room.lamp'), ['room', 'lamp'])
 * assert.deepEqual(parsePath('a:.b.c:_d'), ['a.b', 'c d'])
 * assert.deepEqual(parsePath(':'), [])
 * assert.throws(() => parsePath('a..b'), /"a..b" has an empty element/)
 */
export function parsePath(text: string, elementsMax = PATH_ELEMENTS_MAX): Path {
  if (text === ':') return []
  const elements: string[] = []
  let element = ''
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '.') {
      elements.push(element)
      element = ''
    } else element += char === ':' ? meant(text, ++at) : char
  }
  elements.push(element)
  return checkElements(elements, () => JSON.stringify(text), elementsMax)
}

/**
 * A path as people write it.
 *
 * @throws {RunnerError} ERR_DOTTED_PATH, if the elements can't be a path.
 * @example
 * assert.equal(formatPath(['a.b', 'c d']), 'a:.b.c:_d')
 * assert.deepEqual(parsePath(formatPath(['::', '.'])), ['::', '.'])
 */
export function formatPath(path: Path, elementsMax = PATH_ELEMENTS_MAX): string {
  checkElements(path, () => JSON.stringify(path), elementsMax)
  return path.length === 0 ? ':' : path.map((element) => element.replace(/[.: ]/g, (c) => WRITTEN[c] ?? c)).join('.')
}

/**
 * Elements as a part of a key's path: each behind a slash. Of none it is empty.
 *
 * @throws {RunnerError} ERR_DOTTED_PATH, if the elements can't be a path.
 * @example
 * assert.equal(segmentsOf(['a/b', '..', 'c d']), '/a%2Fb/%2E%2E/c d')
 */
export function segmentsOf(path: Path, elementsMax = PATH_ELEMENTS_MAX): string {
  checkElements(path, () => JSON.stringify(path), elementsMax)
  return path.map((element) => `/${element.replace(TO_ENCODE, percent)}`).join('')
}

/**
 * The elements of a part of a key's path. What others wrote and what isn't encoded is taken as it is.
 *
 * @example
 * assert.deepEqual(pathOfSegments('/a%2Fb/%2E%2E/100%'), ['a/b', '..', '100%'])
 */
export function pathOfSegments(segments: string): Path {
  return segments === '' ? [] : segments.slice(1).split('/').map(decoded)
}

function meant(text: string, at: number): string {
  const means = Object.hasOwn(MEANS, text.charAt(at)) ? MEANS[text.charAt(at)] : undefined
  if (means !== undefined) return means
  throw pathError(
    `${JSON.stringify(text)} has a colon before ${JSON.stringify(text.slice(at))}: only ":." ":_" "::" exist`,
  )
}

function checkElements(path: Path, text: () => string, elementsMax: number): Path {
  if (path.includes('')) throw pathError(`${text()} has an empty element`)
  if (path.length > elementsMax) {
    throw pathError(`${text()} has ${path.length} elements: a path has at most ${elementsMax}`)
  }
  return path
}

function pathError(message: string): RunnerError {
  return new RunnerError('ERR_DOTTED_PATH', `path ${message}`)
}

function percent(text: string): string {
  return Array.from(text, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
