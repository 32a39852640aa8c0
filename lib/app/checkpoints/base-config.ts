/** What an operator may say about where check-points are kept. */
import { tlsClientConfig } from '../../net/tls-options.js'
import { insert, type Settings } from '../../settings/index.js'

/** Configuration insert of every app: its check-points. */
export const checkpointsBaseConfig = insert({
  in: {
    doc: 'Where check-points are kept: in a file of the state directory, or in the database of kv.url. A record that is elsewhere is moved.',
    format: ['file', 'kv'],
    default: 'file',
  },
  ttlMs: {
    doc: 'In a database: how long a run on another machine has its record after nothing more is heard of it.',
    format: 'duration',
    min: 2000,
    default: '10s',
  },
})

/** Configuration insert of every app: the database for what must outlive it. */
export const kvBaseConfig = insert({
  url: {
    doc: 'Its address: file:PATH, or etcd://HOST:2379 and more hosts after commas. By default a file in the state directory.',
    format: 'database',
    default: null,
  },
  user: { doc: 'The user to log in to etcd as.', format: 'text', default: null },
  password: { doc: "That user's password.", format: 'text', default: null, sensitive: true },
  tls: tlsClientConfig,
  revisionsMax: {
    doc: 'In a file: how many states of it are kept behind the present one. Each check-point is one.',
    format: 'nat',
    min: 1,
    default: 1000,
  },
  prefix: { doc: 'What the paths of all keys begin with.', format: 'text', default: '/deadbeat/' },
})

/** Where check-points are kept. */
export type CheckpointsSettings = Settings<typeof checkpointsBaseConfig>

/** How the database is reached. */
export type KvSettings = Settings<typeof kvBaseConfig>
