/** What an operator may set of a connection to NATS, of streams and of their consumers. */
import { insert, type Settings } from '../settings/index.js'
import { TLS_CLIENT_DEFAULTS, tlsClientConfig } from '../net/tls-options.js'

/** Configuration insert: which servers, and as whom. */
export const natsConfig = insert({
  servers: {
    doc: 'The servers of the cluster, each HOST:PORT; one that answers is enough.',
    format: 'strings',
    default: ['127.0.0.1:4222'],
  },
  user: { doc: 'The user; not set: none.', format: 'text', default: null },
  password: { doc: 'Its password.', format: 'text', default: null, sensitive: true },
  token: { doc: 'The token that the server asks for; not set: none.', format: 'text', default: null, sensitive: true },
  credentials: {
    doc: 'A file of credentials (.creds: a JWT and the seed of its key); not set: none.',
    format: 'path',
    default: null,
  },
  tls: tlsClientConfig,
  connectMs: { doc: 'How long connecting may take.', format: 'duration', min: 1, default: 10_000 },
  requestMs: {
    doc: 'How long an answer of the server may take, also that to what was published.',
    format: 'duration',
    min: 1,
    default: 5000,
  },
  keepAliveMs: {
    doc: 'How often the server is asked whether it is there; twice without an answer, and it is connected to anew.',
    format: 'duration',
    min: 1000,
    default: '30s',
  },
})

/** Which servers, and as whom. */
export type NatsOptions = Settings<typeof natsConfig>

/** The defaults of `natsConfig`. */
export const NATS_DEFAULTS: NatsOptions = {
  servers: ['127.0.0.1:4222'],
  user: null,
  password: null,
  token: null,
  credentials: null,
  tls: TLS_CLIENT_DEFAULTS,
  connectMs: 10_000,
  requestMs: 5000,
  keepAliveMs: 30_000,
}

/** Configuration insert: what a stream is made with, if it has to be. */
export const makingConfig = insert({
  create: {
    doc: 'Whether the stream is made if it is missing; else the train stops with an error that says so.',
    format: 'boolean',
    default: false,
  },
  retention: {
    doc: 'Of a stream that is made: limits keeps messages until a limit is reached, workqueue until they are acknowledged.',
    format: ['limits', 'workqueue'],
    default: 'limits',
  },
  storage: { doc: 'Of a stream that is made: where messages lie.', format: ['file', 'memory'], default: 'file' },
  replicas: {
    doc: 'Of a stream that is made: on how many servers each message lies.',
    format: 'nat',
    min: 1,
    default: 1,
  },
  messagesMax: {
    doc: 'Of a stream that is made: how many messages it holds at most; whoever publishes waits when it is full. Not set: any number.',
    format: 'nat',
    min: 1,
    default: null,
  },
  duplicateWindowMs: {
    doc: 'Of a stream that is made: how long the server remembers message ids, so that what comes twice is stored once.',
    format: 'duration',
    min: 100,
    default: '2m',
  },
})

/** What a stream is made with, if it has to be. */
export type MakingOptions = Settings<typeof makingConfig>

/** The defaults of `makingConfig`. */
export const MAKING_DEFAULTS: MakingOptions = {
  create: false,
  retention: 'limits',
  storage: 'file',
  replicas: 1,
  messagesMax: null,
  duplicateWindowMs: 120_000,
}
