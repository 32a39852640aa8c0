/** What cogs ask of a database of SQL, whoever makes it: a file for each driver does this much, and no more. */

/** Text with a place for each value: values never stand in the text. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** How a database writes what each writes in its own way. */
export interface Dialect {
  /** A name that was checked, so that nothing in it means anything. */
  quote(name: string): string
  /** The place of a value, counted from 1. */
  place(n: number): string
  /** What follows an insertion, so that a row whose key is there is overwritten. The names are quoted. */
  overwrite(key: readonly string[], others: readonly string[]): string
  /** How many values one statement may have. */
  readonly valuesMax: number
}

/** A row as the driver gives it, by its columns. */
export type Row = Readonly<Record<string, unknown>>

/** A database that may be reached, or not just now. */
export interface Database {
  readonly dialect: Dialect
  /** The rows that a statement gives. */
  query(statement: Statement): Promise<readonly Row[]>
  /** Do all of them or none. */
  transaction(statements: readonly Statement[]): Promise<void>
  /** Whether an error is about the data, so that the same will never be taken; else the same may be tried again. */
  isRefusal(error: unknown): boolean
  /** Let go of what is open. */
  close(): void
}

/** Which database, and how long one may wait for it. */
export interface DatabaseOptions {
  readonly url: string
  readonly password: string | null
  readonly timeoutMs: number
  /** How many connections there may be. */
  readonly connectionsMax: number
}
