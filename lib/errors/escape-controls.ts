/** Text from outside, made fit for a log or a terminal. */

/**
 * A text with its control characters and line separators escaped, so that data cannot forge lines or steer a terminal.
 *
 * @example
 * assert.equal(escapeControls('a\nb\u001b[2J\u2028'), 'a\\x0ab\\x1b[2J\\u2028')
 */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (char) => {
    const code = char.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`
  })
}
