/**
 * The layout of version 0.8 and before: `a | id | type | target | payload | array`, always six frames and no flags, under the
 * same version byte. What it asked for by types of their own are targets today.
 */
import type { Dialect, Frames, Payload } from './message.js'

const BRACE = 123

/**
 * Whether six frames can only be meant the old way. If both the fifth and the sixth are empty, the two layouts are one.
 *
 * @example
 * const frames = ['a', '1', 'SET', 'lamp.on', '{"value": true}', ''].map((text) => Buffer.from(text))
 * assert.equal(isOldLayout('SET', frames), true)
 */
export function isOldLayout(type: string, frames: Frames): boolean {
  return frames.length === 6 && (type === 'HASH' || type === 'CONFIG' || frames[4]?.[0] === BRACE)
}

/**
 * The layout of some frames. Where both are one, that is `known` of whoever sent them: what it used last where that left no doubt.
 *
 * @example
 * const frames = ['a', '1', 'SET', 'lamp.on', '', '{"value": true}'].map((text) => Buffer.from(text))
 * assert.equal(layoutOf('SET', frames, 'old'), 'new')
 */
export function layoutOf(type: string, frames: Frames, known: Dialect): Dialect {
  if (isOldLayout(type, frames)) return 'old'
  const [flags, payload] = [frames[4], frames[5]]
  const isNew = frames.length === 7 || (flags !== undefined && flags.length > 0) || payload?.[0] === BRACE
  return isNew ? 'new' : known
}

/** What an old request asks for, in today's words: HASH and CONFIG of a store, CONFIG with a payload to announce one. */
export function translateOld(type: string, target: string, payload: Payload | null): { type: string; target: string } {
  const store = target === '' ? '' : `${target}.`
  if (type === 'HASH') return { type: 'GET', target: `${store}_hash` }
  if (type !== 'CONFIG') return { type, target }
  return payload === null ? { type: 'GET', target: `${store}_catalog` } : { type: 'SET', target: '_catalog' }
}
