/** A node with everything that it works with: code from the store, errors in the store, services within the rights. */
import { stderrLogger } from '../../movement/index.js'
import type { Rights } from '../../rights/index.js'
import { Keys } from '../keys.js'
import { ErrorRecords } from '../records/error-records.js'
import { CodeStarter, type CodeStarterOptions } from './code-starter.js'
import { ErrorReports } from './error-reports.js'
import { Node, type NodeOptions } from './node.js'
import { Services, type ServicesOptions } from './services.js'

/** What a node is, whose code it believes, and what its jobs may. */
export interface MakeNodeOptions
  extends
    Omit<NodeOptions, 'starter' | 'errors' | 'servicesOf'>,
    Pick<CodeStarterOptions, 'startJob' | 'startApp' | 'signers'>,
    Pick<ServicesOptions, 'call'> {
  /** What jobs may; null: there are no rules. */
  readonly rights?: Rights | null
}

/** Make a node; it is opened by `open()`. */
export function makeNode(options: MakeNodeOptions): Node {
  const { kv, name, startJob, startApp, signers, call, rights = null, ...others } = options
  const { keys = new Keys(), log = stderrLogger } = others
  const { clock } = kv
  const records = new ErrorRecords(kv, keys, name, { clock })
  return new Node({
    ...others,
    ...{ kv, name, keys, log },
    starter: new CodeStarter({ kv, keys, clock, log, startJob, startApp, signers, errors: records }),
    errors: new ErrorReports(records),
    servicesOf: (attempt) => new Services(attempt, { kv, keys, records, log, rights, call }),
  })
}
