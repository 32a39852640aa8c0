/** The one place where text becomes code. Nothing that came from outside enters it but keys quoted as JSON. */

let serial = 0

/** Whether code may be generated: not with DEADBEAT_CODEGEN=off, nor where the process forbids it. */
export const codegen: boolean = process.env.DEADBEAT_CODEGEN !== 'off' && isAllowed()

/**
 * A function from its parameters and its text. A serial number makes each text unique: V8 shares what it has learnt
 * between functions of the same text, and two trains of other shapes would slow each other down by half.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what a text does, only its author knows
export function generate<F>(parameters: readonly string[], text: string): F {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the purpose of this file
  return new Function(...parameters, `/* ${++serial} */ 'use strict'; ${text}`) as F
}

function isAllowed(): boolean {
  try {
    return generate<() => boolean>([], 'return true;')()
  } catch (error) {
    // Node started with --disallow-code-generation-from-strings says so with this error; any other is a bug here.
    if (error instanceof EvalError) return false
    throw error
  }
}
