/** Defaults in help: as they are typed, and not as JSON. */
import { Option, type Argument } from 'commander'

/**
 * An option whose default is given as a user would type it.
 *
 * @example
 * const option = withDefault('--timeout <duration>', 'how long to wait', duration, '40s')
 * assert.equal(option.defaultValue, 40_000)
 */
export function withDefault(flags: string, doc: string, read: (text: string) => unknown, typed: string): Option {
  return new Option(flags, doc).argParser(read).default(read(typed), typed)
}

/** What makes help show choices and defaults without quotes and brackets, and no default where it is none at all. */
export const TYPED_HELP = { optionDescription: described, argumentDescription: described } as const

function described({ description, argChoices, ...of }: Option | Argument): string {
  const value: unknown = of.defaultValue
  const typed = of.defaultValueDescription ?? (isNothing(value) ? undefined : String(value))
  const choices = argChoices === undefined ? [] : [`choices: ${argChoices.join(', ')}`]
  const notes = [...choices, ...(typed === undefined ? [] : [`default: ${typed}`])]
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`
}

/** No default, or an option that may come again and hasn't yet. */
function isNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean' || (Array.isArray(value) && value.length === 0)
}
