/** What an examination of the machine has found. */

/** One thing that was looked at. */
export interface Finding {
  readonly what: string
  /** `warn`: it runs, but not as well as it could; `fail`: it doesn't. */
  readonly state: 'ok' | 'warn' | 'fail'
  /** How it is. */
  readonly found: string
  /** What to do; null where there is nothing. */
  readonly advice: string | null
  /** The exit code that this alone would bring. */
  readonly exitCode: number
}

/** It is as it should be. */
export function fine(what: string, found: string): Finding {
  return { what, state: 'ok', found, advice: null, exitCode: 0 }
}

/** It could be better. */
export function warning(what: string, found: string, advice: string): Finding {
  return { what, state: 'warn', found, advice, exitCode: 0 }
}

/** It must be changed. */
export function failure(what: string, found: string, advice: string, exitCode: number): Finding {
  return { what, state: 'fail', found, advice, exitCode }
}
