/** The words by which daemons and registries are found over UDP. */

/** Which words somebody uses: those of mKTL since 0.9, or those of before. */
export type Wording = 'new' | 'old'

const CALL: Readonly<Record<Wording, string>> = { new: 'Aloha mKTL', old: 'I heard it' }
const ANSWER: Readonly<Record<Wording, string>> = { new: 'E komo mai:', old: 'on the X:' }
const WORDINGS: readonly Wording[] = ['new', 'old']
/** White space around the words is allowed, but nobody means a page of it. */
const DATAGRAM_BYTES_MAX = 64
const PORT_MAX = 65_535

/** The call for whoever is there. */
export function callFor(wording: Wording = 'new'): Buffer {
  return Buffer.from(CALL[wording], 'latin1')
}

/** The answer: here I am, and requests come to this port. */
export function answerWith(port: number, wording: Wording = 'new'): Buffer {
  return Buffer.from(`${ANSWER[wording]}${port}`, 'latin1')
}

/**
 * In which words a datagram calls; null if it is no call. Letter case matters, white space around it doesn't.
 *
 * @example
 * assert.deepEqual(['Aloha mKTL', 'I heard it\n', 'aloha mktl'].map((text) => wordingOfCall(Buffer.from(text))), ['new', 'old', null])
 */
export function wordingOfCall(datagram: Uint8Array): Wording | null {
  const text = textOf(datagram)
  return WORDINGS.find((wording) => text === CALL[wording]) ?? null
}

/**
 * Which port a datagram answers, and in which words; null if it is no answer.
 *
 * @example
 * assert.deepEqual(readAnswer(Buffer.from('E komo mai:10079')), { port: 10079, wording: 'new' })
 */
export function readAnswer(datagram: Uint8Array): { readonly port: number; readonly wording: Wording } | null {
  const text = textOf(datagram)
  const wording = WORDINGS.find((each) => text.startsWith(ANSWER[each]))
  if (wording === undefined) return null
  const digits = text.slice(ANSWER[wording].length).trim()
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  return port >= 1 && port <= PORT_MAX ? { port, wording } : null
}

function textOf(datagram: Uint8Array): string {
  return datagram.length > DATAGRAM_BYTES_MAX ? '' : Buffer.from(datagram).toString('latin1').trim()
}
