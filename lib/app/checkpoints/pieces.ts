/** Cutting a long text so that most pieces of the next one, which differs in few places, are the same. */

/** A piece ends behind the end of an object or a list within the JSON, where that is possible. */
const ENDS = /[}\]],/g
/** How much of what follows decides whether a piece ends there: what is the same in the next text decides the same. */
const LOOK_AHEAD = 96
/** Of the ends that are possible one in so many is one. */
const ONE_IN = 4
const PIECE_MIN = 1024
const PIECE_MAX = 65_536

/**
 * Cut a text of JSON into pieces. Where they end depends only on what stands there, so that a change, an insertion or a
 * deletion changes the pieces around it and no others.
 *
 * @example
 * const rows = (changed) => JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ path: `/in/${i * 7919}`, offset: i === 500 ? changed : i })))
 * const before = new Set(piecesOf(rows(1)))
 * const after = piecesOf(rows(123456))
 * assert.equal(after.join(''), rows(123456))
 * assert.equal(after.filter((piece) => !before.has(piece)).length <= 2, true)
 */
export function piecesOf(json: string): string[] {
  const pieces: string[] = []
  let start = 0
  while (json.length - start > PIECE_MIN) {
    const end = endOf(json, start)
    pieces.push(json.slice(start, end))
    start = end
  }
  if (start < json.length) pieces.push(json.slice(start))
  return pieces
}

function endOf(json: string, start: number): number {
  const last = Math.min(start + PIECE_MAX, json.length)
  ENDS.lastIndex = start + PIECE_MIN
  for (let match = ENDS.exec(json); match !== null && match.index < last; match = ENDS.exec(json)) {
    if (isEnd(json, ENDS.lastIndex)) return ENDS.lastIndex
  }
  // No half of a surrogate pair may stand by itself: it has no bytes of its own.
  return isLowSurrogate(json.charCodeAt(last)) ? last - 1 : last
}

function isEnd(json: string, at: number): boolean {
  let hash = 0
  const until = Math.min(at + LOOK_AHEAD, json.length)
  for (let i = at; i < until; i++) hash = (Math.imul(hash, 31) + json.charCodeAt(i)) | 0
  return (hash >>> 16) % ONE_IN === 0
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
