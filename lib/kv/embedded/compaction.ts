/**
 * Forgetting what was before a revision. A version goes when another one of its key, not younger than that revision,
 * says that it came behind it; a deletion when it is older than that revision itself. So what is left is what some
 * state from there on shows, and all that the revision itself changed.
 */
import type { EmbeddedRows } from './embedded-rows.js'
import type { Place } from './key-encoders.js'
import type { Tables } from './tables.js'

/** Forget what was before a revision, which the store has. Costs as much as was changed since the last time. */
export function compactTo(rows: EmbeddedRows, { root, versions }: Tables, revision: number): void {
  const from = rows.compacted
  if (revision <= from) return
  const gone: Place[] = []
  for (const { kv, before } of rows.versions(from, revision)) {
    if (kv.mod > from && before !== null) gone.push(before)
    if (kv.version === 0 && kv.mod < revision) gone.push(kv)
  }
  for (const place of gone) versions.removeSync(place)
  rows.compacted = revision
  // Else what one saw who was killed meanwhile would stay in the file.
  root.readerCheck()
}
