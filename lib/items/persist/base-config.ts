/** What an operator may say about the values of persistent items. */
import { insert, type Settings } from '../../settings/index.js'

/** Configuration insert: where values are kept, and when they are saved. */
export const persistBaseConfig = insert({
  in: {
    doc: 'Where values are kept: in the database of kv.url, in a file of the state directory, in a store like S3, or in memory, where they are lost at the end.',
    format: ['kv', 'file', 's3', 'memory'],
    default: 'kv',
  },
  directory: {
    doc: 'Of files: their directory; persist in the state directory by default.',
    format: 'path',
    default: null,
  },
  saveMs: {
    doc: 'How long it is waited, after a value changed, for more changes.',
    format: 'duration',
    default: '1s',
  },
  saveMaxMs: {
    doc: 'How long a change waits at most while others keep coming.',
    format: 'duration',
    default: '10s',
  },
  ttlMs: {
    doc: 'In a database: how long a daemon on another machine has its place after nothing more is heard of it.',
    format: 'duration',
    min: 2000,
    default: '10s',
  },
  s3: {
    url: { doc: 'The address of the store: https://s3.eu-central-1.amazonaws.com.', format: 'url', default: null },
    bucket: { doc: 'The bucket, which must be there.', format: 'text', default: null },
    prefix: { doc: 'What the names of objects begin with.', format: 'string', default: 'deadbeat/' },
    region: { doc: 'Its region; $AWS_REGION by default, else us-east-1.', format: 'text', default: null },
    accessKeyId: {
      doc: 'The id of the key to sign with; $AWS_ACCESS_KEY_ID by default.',
      format: 'text',
      default: null,
    },
    secretAccessKey: {
      doc: 'Its secret; $AWS_SECRET_ACCESS_KEY by default.',
      format: 'text',
      default: null,
      sensitive: true,
    },
    sessionToken: {
      doc: 'The token of a key that lasts for a time; $AWS_SESSION_TOKEN by default.',
      format: 'text',
      default: null,
      sensitive: true,
    },
    timeoutMs: { doc: 'How long an answer may take.', format: 'duration', min: 1, default: '10s' },
    retriesMax: {
      doc: 'How often a request that failed is sent again before the save fails, which is tried again later.',
      format: 'nat',
      default: 3,
    },
    objectBytesMax: { doc: 'How long the object of a daemon may be.', format: 'size', min: 1, default: '64MiB' },
  },
})

/** Where values are kept, and when they are saved. */
export type PersistSettings = Settings<typeof persistBaseConfig>
