/** What an operator may say of the cuts of an app's train. Every app loads it, so it loads nothing that does work. */
import { insert, type Settings } from '../settings/index.js'
import { makingConfig, natsConfig } from './config.js'

/** Configuration insert of every app: which part of its train runs here, and what lies between the parts. */
export const cutBaseConfig = insert({
  parts: {
    doc: 'Which part of the train runs here: NAME:before or NAME:after a train.cut, or both of two cuts; none: all of it, whole.',
    format: 'strings',
    default: [],
  },
  partitions: {
    doc: 'Behind a cut with keys: which of its partitions are worked on here, as numbers and ranges (0-3); none: all. One that another node has is waited for.',
    format: 'strings',
    default: [],
  },
  leaseMs: {
    doc: 'For how long a partition stays with a node of which nothing is heard, before another takes it; of the stream PREFIX-APP-CUT-owners, when that is made.',
    format: 'duration',
    min: 300,
    default: '10s',
  },
  prefix: {
    doc: 'What the names of streams (PREFIX-APP-CUT) and subjects (PREFIX.APP.CUT.PARTITION) begin with.',
    format: 'text',
    default: 'deadbeat',
  },
  ...natsConfig,
  storage: makingConfig.storage,
  replicas: makingConfig.replicas,
  messagesMax: {
    ...makingConfig.messagesMax,
    doc: 'How many messages may lie between the parts before the first waits. A cut with keys has no limit, for the sake of order.',
    default: 1_000_000,
  },
  duplicateWindowMs: makingConfig.duplicateWindowMs,
  inFlightMax: {
    doc: 'Behind a cut, how many messages may be under way here at once.',
    format: 'nat',
    min: 1,
    default: 2000,
  },
  ackWaitMs: {
    doc: 'After how long a message that nobody renews is given to another node.',
    format: 'duration',
    min: 100,
    default: '30s',
  },
  deliveriesMax: {
    doc: 'How often a message may be delivered and not acknowledged before it goes to the dead letters; 0: for ever.',
    format: 'nat',
    default: 10,
  },
  windowMax: {
    doc: 'Before a cut, how many messages may be sent to the stream and not answered for at once.',
    format: 'nat',
    min: 1,
    default: 1000,
  },
  windowBytes: {
    doc: 'How many characters these may have; a message that is longer goes alone.',
    format: 'size',
    min: 1,
    default: '4MiB',
  },
  bufferMax: {
    doc: 'With how many characters not sent the part before a cut waits.',
    format: 'size',
    min: 1,
    default: '8MiB',
  },
  retryMs: {
    doc: 'After how long a failed try is repeated; twice as long each time.',
    format: 'duration',
    min: 1,
    default: 100,
  },
  retryMaxMs: { doc: 'Above which the waiting does not grow.', format: 'duration', min: 1, default: 5000 },
})

/** What an operator may say of the cuts of an app's train. */
export type CutSettings = Settings<typeof cutBaseConfig>
