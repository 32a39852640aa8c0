/**
 * Formats of printf, as C has them: `% [flags] [width] [.precision] [length] conversion`, with the flags `-+ 0#`, and d i u f e
 * g x o s c (and F E G X). A width or precision from an argument (`*`) is none of them. Ties are rounded to even, as C does.
 */
import { describeValue } from '../../errors/index.js'

/** One field of a format. */
export interface Field {
  /** Some of `-+ 0#`. */
  readonly flags: string
  readonly width: number
  /** Null: none is given. */
  readonly precision: number | null
  readonly conversion: string
}

/** More digits than the language can give, and wider than any line. */
const PRECISION_MAX = 100
const WIDTH_MAX = 1000
const FIELD = /%(?:(%)|([-+ 0#]*)(\d*)(?:\.(\d*))?(?:hh|h|ll|l|L|q|j|z|t)?([diufFeEgGxXosc]))/y

/**
 * A format as its parts: text, and fields.
 *
 * @throws {RangeError} If it is none.
 * @example
 * assert.deepEqual(compilePrintf('%5.1f %%'), [{ flags: '', width: 5, precision: 1, conversion: 'f' }, ' %'])
 */
export function compilePrintf(format: string): readonly (string | Field)[] {
  const parts: (string | Field)[] = []
  const text = (more: string): void => {
    const last = parts.at(-1)
    if (typeof last === 'string') parts[parts.length - 1] = last + more
    else if (more !== '') parts.push(more)
  }
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at)
    text(format.slice(at, percent < 0 ? format.length : percent))
    if (percent < 0) break
    FIELD.lastIndex = percent
    const [whole, literal, flags = '', width = '', precision, conversion = ''] = FIELD.exec(format) ?? []
    if (whole === undefined)
      throw new RangeError(`format must have fields of printf, as %.3f or %d: it is ${describeValue(format)}`)
    if (literal === undefined) parts.push(fieldOf(format, { flags, width, precision, conversion }))
    else text('%')
    at = percent + whole.length
  }
  return parts
}

/**
 * A value by a format with one field.
 *
 * @throws {RangeError} If the format is none.
 * @example
 * assert.deepEqual([printf('%+.2f V', 1.005), printf('%04x', 255), printf('%-5s|', 'on')], ['+1.00 V', '00ff', 'on   |'])
 */
export function printf(format: string, value: unknown): string {
  return compilePrintf(format)
    .map((part) => (typeof part === 'string' ? part : formatField(part, value)))
    .join('')
}

/**
 * A value by one field.
 *
 * @param isNegative Whether a number has a minus sign; given where a zero has one.
 */
export function formatField(field: Field, value: unknown, isNegative = isBelowZero(value)): string {
  const { conversion, precision } = field
  if (conversion === 's') return pad(precision === null ? String(value) : String(value).slice(0, precision), '', field)
  if (conversion === 'c') return pad(characterOf(value), '', field)
  const { digits, isFinite } = digitsOf(value, field)
  const sign = isNegative ? '-' : field.flags.includes('+') ? '+' : field.flags.includes(' ') ? ' ' : ''
  return pad(/[A-Z]/.test(conversion) ? digits.toUpperCase() : digits, sign, field, isFinite)
}

function fieldOf(
  format: string,
  parts: { flags: string; width: string; precision: string | undefined; conversion: string },
): Field {
  const [width, precision] = [Number(parts.width), parts.precision === undefined ? null : Number(parts.precision)]
  if (width > WIDTH_MAX || (precision ?? 0) > PRECISION_MAX)
    throw new RangeError(
      `format must have a width of at most ${WIDTH_MAX} and a precision of at most ${PRECISION_MAX}: it is ${describeValue(format)}`,
    )
  return { flags: parts.flags, width, precision, conversion: parts.conversion }
}

function isBelowZero(value: unknown): boolean {
  return typeof value === 'bigint' ? value < 0n : Number(value) < 0 || Object.is(value, -0)
}

/** A value without its sign. */
function digitsOf(value: unknown, { conversion, precision, flags }: Field): { digits: string; isFinite: boolean } {
  const number = typeof value === 'bigint' ? value : Number(value)
  if (typeof number === 'number' && !Number.isFinite(number))
    return { digits: Number.isNaN(number) ? 'nan' : 'inf', isFinite: false }
  const kind = conversion.toLowerCase()
  const isAlternate = flags.includes('#')
  const size = Math.abs(Number(number))
  switch (kind) {
    case 'f':
      return { digits: point(toFixed(size, precision ?? 6), isAlternate), isFinite: true }
    case 'e':
      return { digits: toExponential(size, precision ?? 6, isAlternate), isFinite: true }
    case 'g':
      return { digits: toGeneral(size, precision ?? 6, isAlternate), isFinite: true }
    default: {
      const [base, alternate] = kind === 'x' ? [16, '0x'] : kind === 'o' ? [8, '0'] : [10, '']
      const whole = typeof number === 'bigint' ? number : BigInt(Math.round(number))
      const digits = (whole < 0n ? -whole : whole).toString(base)
      const prefix = isAlternate && digits !== '0' ? alternate : ''
      return { digits: prefix + digits.padStart(precision ?? 0, '0'), isFinite: true }
    }
  }
}

/** Spaces or zeros, so that it has its width. */
function pad(text: string, sign: string, { flags, width, precision, conversion }: Field, isNumber = false): string {
  if (flags.includes('-')) return (sign + text).padEnd(width)
  // A precision of whole numbers says how many digits there are: zeros would add more.
  const isZeros = flags.includes('0') && isNumber && (precision === null || !'diuxXo'.includes(conversion))
  if (!isZeros) return (sign + text).padStart(width)
  const prefix = /^0x/i.exec(text)?.[0] ?? ''
  return sign + prefix + text.slice(prefix.length).padStart(width - sign.length - prefix.length, '0')
}

function point(digits: string, isAlternate: boolean): string {
  return isAlternate && !digits.includes('.') ? `${digits}.` : digits
}

/** As toFixed of the language, but ties go to even and large numbers have no exponent. */
function toFixed(size: number, precision: number): string {
  if (size >= 1e21) return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '')
  // Halfway means: so many binary digits behind the point at most, and one decimal digit more, a 5.
  const isShort = precision < PRECISION_MAX && Number.isInteger(size * 2 ** (precision + 1))
  const more = isShort ? size.toFixed(precision + 1) : ''
  if (!more.endsWith('5')) return size.toFixed(precision)
  const down = precision === 0 ? more.slice(0, -2) : more.slice(0, -1)
  return Number(down.at(-1)) % 2 === 0 ? down : size.toFixed(precision)
}

function toExponential(size: number, precision: number, isAlternate: boolean): string {
  const [digits = '', exponent = ''] = exponential(size, precision).split('e')
  const [sign, power] = [exponent.startsWith('-') ? '-' : '+', exponent.replace(/^[+-]/, '')]
  return `${point(digits, isAlternate)}e${sign}${power.padStart(2, '0')}`
}

/** As toExponential of the language, but ties go to even. */
function exponential(size: number, precision: number): string {
  const usual = size.toExponential(precision)
  if (precision + 1 > PRECISION_MAX) return usual
  const [all = '', exponent = ''] = size.toExponential(PRECISION_MAX).split('e')
  const rest = all.slice(precision === 0 ? 2 : precision + 2)
  if (!/^50*$/.test(rest)) return usual
  const down = precision === 0 ? all.slice(0, 1) : all.slice(0, precision + 2)
  return Number(down.at(-1)) % 2 === 0 ? `${down}e${exponent}` : usual
}

function toGeneral(size: number, precision: number, isAlternate: boolean): string {
  const digits = Math.max(precision, 1)
  const power = size === 0 ? 0 : Number(exponential(size, digits - 1).split('e')[1])
  const isShort = power >= -4 && power < digits
  const text = isShort ? toFixed(size, digits - 1 - power) : toExponential(size, digits - 1, isAlternate)
  if (isAlternate) return isShort ? point(text, true) : text
  const [mantissa = '', exponent] = text.split('e')
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return exponent === undefined ? short : `${short}e${exponent}`
}

function characterOf(value: unknown): string {
  if (typeof value === 'string') return String.fromCodePoint(...(value === '' ? [] : [value.codePointAt(0) ?? 0]))
  const code = Number(value)
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : String(value)
}
