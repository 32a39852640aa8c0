/** What an operator may set of a supply from a stream. */
import { insert, type Settings } from '../settings/index.js'
import { senderConfig } from '../net/sender.js'
import { makingConfig, natsConfig } from './config.js'

/** Configuration insert: which stream, as which consumer, and how much at once. */
export const streamSupplyConfig = insert({
  ...natsConfig,
  stream: { doc: 'The name of the stream.', format: 'text' },
  consumer: {
    doc: 'The name of the durable consumer, which is made if it is missing; whoever has the same shares its messages.',
    format: 'text',
  },
  subject: {
    doc: 'Which subjects of the stream are read, also with * and >; not set: all.',
    format: 'text',
    default: null,
  },
  inFlightMax: {
    doc: 'How many messages may be under way here at once.',
    format: 'nat',
    min: 1,
    default: 2000,
    live: true,
  },
  ackWaitMs: {
    doc: 'Of a consumer that is made: after how long a message that nobody renews is given to somebody else.',
    format: 'duration',
    min: 100,
    default: '30s',
  },
  deliveriesMax: {
    doc: 'How often a message may be delivered and not acknowledged before it goes to the dead letters; 0: for ever.',
    format: 'nat',
    default: 10,
    live: true,
  },
  identity: {
    doc: 'What a message is known by where repeats are told: its sequence in the stream, or the messageId of who published it (its sequence where it has none).',
    format: ['sequence', 'messageId'],
    default: 'sequence',
  },
  ...makingConfig,
  retryMs: senderConfig.retryMs,
  retryMaxMs: senderConfig.retryMaxMs,
})

/** Which stream, as which consumer, and how much at once. */
export type StreamSupplyOptions = Settings<typeof streamSupplyConfig>
