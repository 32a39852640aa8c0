/** What an operator may say about a daemon of items. */
import { insert, type Settings } from '../../settings/index.js'

/** Configuration insert of a program that is a daemon of items: where they are served, to whom, and who learns of it. */
export const servingConfig = insert({
  listen: {
    doc: 'The address to listen at. Where other machines can reach it, it needs a key, or insecure.',
    format: 'text',
    default: '127.0.0.1',
  },
  advertise: {
    doc: 'The name or address that clients are told; by default where it listens, or the name of this machine.',
    format: 'text',
    default: null,
  },
  port: {
    doc: 'The port for requests; 0: any. By default that of the last run, else the first free one from 10079.',
    format: 'port',
    default: null,
  },
  pubPort: {
    doc: 'The port for publications; 0: any. By default that of the last run, else the first free one from 10139.',
    format: 'port',
    default: null,
  },
  key: {
    doc: 'The name of its key of CURVE (deadbeat keys new NAME): with it clients need keys that it knows.',
    format: 'text',
    default: null,
  },
  keys: {
    doc: 'The directory of keys; $DEADBEAT_KEYS by default, else that of the user.',
    format: 'path',
    default: null,
  },
  insecure: {
    doc: 'Whether other machines may reach it without keys.',
    format: 'boolean',
    default: false,
  },
  rights: {
    doc: 'The file that says who may read, set and call what; without one, whoever reaches a daemon without keys may do all.',
    format: 'path',
    default: null,
  },
  rightsKey: { doc: 'The key of kv that says it instead, as JSON; watched.', format: 'text', default: null },
  audit: {
    doc: 'The file that each SET and each call is written down in, as JSON lines, also if it was refused; not set: the log.',
    format: 'path',
    default: null,
  },
  announce: {
    doc: 'Whether it is made known: on this machine, in the database of kv.url if that is set, and to registries.',
    format: 'boolean',
    default: true,
  },
  registries: { doc: 'Hosts with registries, each HOST or HOST:PORT.', format: 'strings', default: [] },
  callPort: {
    doc: 'The UDP port at which registries that start find it; 0: any that is free.',
    format: 'port',
    default: 10_111,
  },
  registryPort: { doc: 'The UDP port at which registries answer.', format: 'port', min: 1, default: 10_103 },
  override: {
    doc: 'Whether it may take the place of another daemon of its name that does not answer.',
    format: 'boolean',
    default: false,
  },
  debug: { doc: 'Whether clients are told the stacks of errors.', format: 'boolean', default: false },
  clientInFlightMax: { doc: 'How many requests of one client may be under way.', format: 'nat', min: 1, default: 1024 },
  inFlightMax: { doc: 'How many of all clients.', format: 'nat', min: 1, default: 16_384 },
  clientRateMax: {
    doc: 'How many requests a second one client may make: who holds a key, else a connection; not set: any number.',
    format: 'nat',
    min: 1,
    default: null,
  },
  clientBurstMax: {
    doc: 'How many at once after a pause, where there is such a limit.',
    format: 'nat',
    min: 1,
    default: 1000,
  },
  messageBytesMax: { doc: 'Who sends a larger frame is disconnected.', format: 'size', min: 1, default: 67_108_864 },
  publishQueueMax: {
    doc: 'How many publications wait for a subscriber that is slow; it misses what is published then.',
    format: 'nat',
    min: 1,
    default: 65_536,
  },
  topicsBytesMax: {
    doc: 'How many bytes the topics of all subscribers may have together; beyond it all are disconnected.',
    format: 'size',
    min: 1024,
    default: 33_554_432,
  },
})

/** Configuration insert: whether and where items are served, and whom they are made known to. */
export const itemsBaseConfig = insert({
  enabled: {
    doc: 'Whether the items are served to the clients of mKTL, over ZeroMQ.',
    format: 'boolean',
    default: false,
  },
  alias: { doc: 'What tells this daemon from others of the same store.', format: 'text', default: 'main' },
  ...servingConfig,
})

/** How items are served where they are. */
export type ServingSettings = Settings<typeof servingConfig>

/** How a daemon's items are served. */
export type ItemsSettings = Settings<typeof itemsBaseConfig>
