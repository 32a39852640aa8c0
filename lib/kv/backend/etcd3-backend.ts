/** A database in a cluster of etcd, which many machines share. */
import { EtcdEngine } from '../etcd/etcd-engine.js'
import type { EtcdOptions } from '../etcd/options.js'
import { Backend, type BackendOptions } from './backend.js'

/** How etcd is reached, and how its database is set up. */
export interface Etcd3BackendOptions extends BackendOptions, EtcdOptions {}

/**
 * A database in etcd, version 3.4 or newer. Its keys are those of the Python library `ska-sdp-config`: both can share it.
 *
 * It connects when it is first used. What can't reach the store is tried again, `maxRetries` times, `retryMs` apart;
 * a commit only as long as it has surely not been received.
 *
 * @throws {RangeError} If an option is out of its range.
 * @throws {DeadbeatError} If a file of TLS can't be read.
 * @example
 * await using kv = new Etcd3Backend({ endpoints: ['10.0.0.1:2379', '10.0.0.2:2379'] })
 * assert.equal(kv.engine.name, 'etcd 10.0.0.1:2379,10.0.0.2:2379')
 */
export class Etcd3Backend extends Backend {
  constructor(options: Etcd3BackendOptions = {}) {
    super(new EtcdEngine(options), options)
  }
}
