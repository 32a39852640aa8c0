import { ClosedError, DeadbeatError } from '../../../lib/errors/index.js'
import {
  CommitOutcomeUnknownError,
  CompactedError,
  FutureRevisionError,
  LeaseLostError,
  NothingToKeepError,
  RefusedError,
  TransactionTooLargeError,
  UnavailableError,
} from '../../../lib/kv/errors.js'
import { WireError } from '../../../lib/kv/rpc/wire.js'
import { serveSettings } from '../../../lib/kv/serve/options.js'
import { checkSize, toRefusal } from '../../../lib/kv/serve/refusal-of.js'
import { refusal } from '../../../lib/kv/serve/refusal.js'

const settings = serveSettings({ requestBytesMax: 3 })

it.each<[Error, number, string]>([
  [new CompactedError(3, 4), 11, 'etcdserver: mvcc: required revision has been compacted'],
  [new FutureRevisionError(3, 2), 11, 'etcdserver: mvcc: required revision is a future revision'],
  [new LeaseLostError(7n, 'gone'), 5, 'etcdserver: requested lease not found'],
  [new NothingToKeepError('here', 'a'), 3, 'etcdserver: key not found'],
  [new TransactionTooLargeError('operations', 200, 128, ''), 3, 'etcdserver: too many operations in txn request'],
  [new ClosedError('closed'), 14, 'etcdserver: server stopped'],
  [new RefusedError('here', 'no'), 3, 'etcdserver: here refused: no'],
  [new UnavailableError('here', 'full'), 14, 'etcdserver: here is not available: full'],
  [new CommitOutcomeUnknownError('here', 'cut'), 14, 'etcdserver: here did not say whether it applied a commit: cut'],
  [new WireError('half'), 3, 'this is no message of etcd: half'],
  [new DeadbeatError('ERR_KV_FILE', 'damaged'), 2, 'etcdserver: damaged'],
])('%s', (thrown, code, details) => {
  expect(toRefusal(thrown, settings)).toMatchObject({ code, details })
})

it('passes a refusal on, and keeps what nobody foresaw for the log', () => {
  const told = refusal('noKey')
  const logged: unknown[] = []
  const error = (what: unknown): void => void logged.push(what)
  const quiet = { ...settings, log: { ...settings.log, error } }
  expect(toRefusal(told, quiet)).toBe(told)
  expect(toRefusal(new TypeError('a secret'), quiet)).toMatchObject({ code: 13, details: 'deadbeat: internal error' })
  expect(logged).toMatchObject([{ err: { message: 'a secret' } }])
})

it('lets a request be as long as is allowed', () => {
  checkSize(Buffer.alloc(3), settings)
  expect(() => checkSize(Buffer.alloc(4), settings)).toThrow('etcdserver: request is too large')
})
