/** What transactions have of the database that they belong to. */
import type { OddKey } from '../backend/listing.js'
import type { Committer } from '../commit/committer.js'
import type { Engine } from '../engine/engine.js'
import type { PathRule } from '../path.js'

/** What transactions live on. */
export interface TransactionSupport {
  readonly engine: Engine
  readonly committer: Committer
  readonly writeRule: PathRule
  readonly oddKey: OddKey
}
