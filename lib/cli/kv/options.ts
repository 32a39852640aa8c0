/** What is written behind options, as values. */
import { InvalidArgumentError } from 'commander'
import { duration } from '../daemon-options.js'

/** A revision. */
export function toRevision(text: string): number {
  return whole(text, 1, 'a revision: a whole number of at least 1')
}

/** A revision of a key, or 0 for one that isn't there. */
export function keyRevision(text: string): number {
  return whole(text, 0, 'the revision of a key: a whole number, 0 for one that is not there')
}

/** A count of at least 1. */
export function atLeastOne(text: string): number {
  return whole(text, 1, 'a whole number of at least 1')
}

/** A lifetime that a store can grant: whole seconds, so that none is cut short without a word; in ms. */
export function lifetime(text: string): number {
  const ms = duration(text)
  if (ms < 1000 || ms % 1000 !== 0) throw new InvalidArgumentError('It must be whole seconds, at least 1s.')
  return ms
}

function whole(text: string, least: number, rule: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(`It must be ${rule}.`)
  }
  return value
}
