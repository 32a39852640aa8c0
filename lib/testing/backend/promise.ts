/** What a database promises, as something that can be tried on any. */
import assert from 'node:assert/strict'
import type { Backend } from '../../kv/backend/backend.js'

/** A database to be tried, and a place in it that nobody else uses. */
export interface Trial {
  readonly kv: Backend
  /** A path below that place. */
  readonly at: (path: string) => string
  /** Paths relative to that place, on one line. */
  readonly names: (paths: readonly string[]) => string
  /** The value of a path below that place. */
  readonly value: (path: string) => Promise<string | null>
  /** Write keys of that place, each with its own name as value. */
  readonly write: (...paths: string[]) => Promise<void>
}

/** One promise: what it is, and how it is tried. */
export type BackendPromise = readonly [claim: string, test: (trial: Trial) => Promise<void>]

let trials = 0

/** A trial in a place of its own. */
export function trialOf(kv: Backend): Trial {
  const root = `/check/${process.pid}-${(trials += 1)}-${Date.now().toString(36)}`
  const at = (path: string): string => root + path
  return {
    kv,
    at,
    names: (paths) => paths.map((path) => path.slice(root.length)).join(' '),
    value: async (path) => (await kv.get(at(path)))[0],
    write: async (...paths) => {
      for (const path of paths) await kv.put(at(path), path)
    },
  }
}

/** Something that must fail with an error of a code. */
export async function fails(code: string, call: () => Promise<unknown>): Promise<void> {
  const outcome = await call().then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code ?? String(error),
  )
  assert.equal(outcome, code)
}
