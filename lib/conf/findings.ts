/** What a source of settings holds. */
import type { SchemaRow } from './schema.js'

/** One value that somebody set, in the form in which `FormatRule.read` takes it. */
export interface Found {
  readonly row: SchemaRow
  readonly value: unknown
  /** As it was written, for messages. */
  readonly written: unknown
  /** The file with the line, the variable or the flag. */
  readonly origin: string
}

/** What one source holds: values for known settings, a fault for each that nothing takes, and what is unwise. */
export interface Findings {
  readonly found: Found[]
  readonly faults: string[]
  readonly warnings: string[]
  /** The words that are no setting's flag, of which each is a fault, too. */
  readonly strangers: string[]
  /** Whether a part couldn't be read, so that what it sets is unknown. */
  isUnread: boolean
}

/** Findings to which nothing was added yet. */
export function noFindings(): Findings {
  return { found: [], faults: [], warnings: [], strangers: [], isUnread: false }
}

/** A value with where it was found, which is worked out only if somebody asks. */
export function found(row: SchemaRow, value: unknown, written: unknown, whence: () => string): Found {
  return {
    row,
    value,
    written,
    get origin() {
      return whence()
    },
  }
}
