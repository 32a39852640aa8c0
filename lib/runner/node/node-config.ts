/** What an operator may say of how a node works. The command line loads it for its help, so it loads nothing that does work. */
import { insert, type Settings } from '../../settings/index.js'

/** Configuration insert: how long a node waits for what, and how much it keeps. */
export const nodeBaseConfig = insert({
  guardMs: {
    doc: 'How long before others may take its jobs it ends them itself, when it can not reach the store; below half of the lease. Not set: a fifth of it.',
    format: 'duration',
    default: null,
  },
  blamelessMs: {
    doc: 'After how long an attempt is no reason for its node to be gone: it ends a row of losses.',
    format: 'duration',
    min: 1,
    default: 600_000,
  },
  turnMs: {
    doc: 'How long it leaves a job to each node that should rather take it.',
    format: 'duration',
    default: 50,
  },
  endRetryMs: {
    doc: 'How long it tries to write the end of an attempt that the store refuses.',
    format: 'duration',
    default: 60_000,
  },
  historyMax: {
    doc: 'How many attempts of a job that are over are kept.',
    format: 'nat',
    min: 1,
    default: 20,
  },
  logFlushMs: {
    doc: 'How long what a job writes to its log waits for more of it, to be stored together.',
    format: 'duration',
    default: 500,
  },
  logPieceChars: {
    doc: 'How much of a log is stored in one key, in characters; the store must take as much.',
    format: 'nat',
    min: 1,
    default: 32_768,
  },
  logWaitingChars: {
    doc: 'How much of a log waits for a store that is away, in characters; a line says what is missing.',
    format: 'nat',
    min: 1,
    default: 1_048_576,
  },
})

/** How a node works. */
export type NodeSettings = Settings<typeof nodeBaseConfig>

/** A node of which nothing is said. */
export const NODE_DEFAULTS: NodeSettings = Object.freeze(
  Object.fromEntries(Object.entries(nodeBaseConfig).map(([name, entry]) => [name, entry.default])),
) as NodeSettings
