/** What in a text must not be read by everybody: the kinds that are known, and how each is found. */

/** One kind: where it may be, and whether it is. */
export interface SecretKind {
  readonly pattern: RegExp
  /** Whether what the pattern found is one; without it, it always is. */
  readonly isOne?: (found: string) => boolean
  /** How much of the beginning of what was found stays, such as `Bearer `. */
  readonly keeps?: (found: string) => number
}

/** A country code, check digits, and up to 30 more, alone or in groups of four. */
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g

/**
 * The kinds by their names. Each pattern takes time that grows with the text alone: no repetition stands within another
 * that could match the same in two ways, and each has a bound.
 */
export const SECRET_KINDS: Readonly<Record<string, SecretKind>> = {
  card: { pattern: /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.]*\d)/g, isOne: isCardNumber },
  email: { pattern: /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}\b/g },
  iban: { pattern: IBAN, isOne: isIban },
  jwt: { pattern: /\beyJ[\w-]{8,8192}\.[\w-]{8,8192}\.[\w-]{0,8192}/g },
  bearer: {
    pattern: /\b(?:Bearer|Basic) [\w.~+/=-]{8,8192}/gi,
    keeps: (found) => found.indexOf(' ') + 1,
  },
  'url-password': {
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:[^\s/@]{1,256}(?=@)/gi,
    keeps: (found) => found.indexOf(':', found.indexOf('://') + 3) + 1,
  },
  'aws-key': { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  'private-key': {
    pattern: /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^-]{0,16384}-----END [A-Z ]{0,32}PRIVATE KEY-----/g,
  },
}

/**
 * Whether digits, with blanks and dashes between them, are the number of a payment card: 13 to 19 digits whose check
 * digit is right (Luhn, ISO/IEC 7812-1).
 *
 * @example
 * assert.equal(isCardNumber('4111 1111 1111 1111'), true)
 * assert.equal(isCardNumber('4111 1111 1111 1112'), false)
 */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '')
  if (!/^\d{13,19}$/.test(digits) || /^(\d)\1*$/.test(digits)) return false
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const weighed = i % 2 === 0 ? digit : 2 * digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}

/**
 * Whether a text is an international bank account number: its remainder by 97 is 1 (ISO 13616, ISO 7064).
 *
 * @example
 * assert.equal(isIban('GB82 WEST 1234 5698 7654 32'), true)
 * assert.equal(isIban('GB82 WEST 1234 5698 7654 33'), false)
 */
export function isIban(text: string): boolean {
  const bare = text.replaceAll(' ', '')
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(bare)) return false
  let remainder = 0
  for (const letter of bare.slice(4) + bare.slice(0, 4)) {
    const value = Number.parseInt(letter, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
