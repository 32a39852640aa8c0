/** What a call is answered that can't be done: gRPC's code, and the sentence by which clients of etcd know it. */
import { Code } from '../rpc/code.js'

/** A call is refused. */
export class Refusal extends Error {
  /** gRPC's. */
  readonly code: number

  constructor(code: number, details: string, options?: { cause?: unknown }) {
    super(details, options)
    this.name = 'Refusal'
    this.code = code
  }

  /** The same, as grpc-js reads it. */
  get details(): string {
    return this.message
  }
}

/** What etcd says, in its words: clients compare them. */
const SAYS = {
  authOff: [Code.precondition, 'authentication is not enabled'],
  compacted: [Code.outOfRange, 'mvcc: required revision has been compacted'],
  duplicateKey: [Code.invalid, 'duplicate key given in txn request'],
  future: [Code.outOfRange, 'mvcc: required revision is a future revision'],
  keyMissing: [Code.invalid, 'key not found'],
  leaseExists: [Code.precondition, 'lease already exists'],
  leaseMissing: [Code.notFound, 'requested lease not found'],
  leaseProvided: [Code.invalid, 'lease is provided'],
  leaseTooLong: [Code.outOfRange, 'too large lease TTL'],
  noKey: [Code.invalid, 'key is not provided'],
  sortOption: [Code.invalid, 'invalid sort option'],
  stopped: [Code.unavailable, 'server stopped'],
  tooLarge: [Code.invalid, 'request is too large'],
  tooManyOps: [Code.invalid, 'too many operations in txn request'],
  valueProvided: [Code.invalid, 'value is provided'],
} as const

/**
 * Refuse in etcd's words.
 *
 * @example
 * assert.equal(refusal('noKey').message, 'etcdserver: key is not provided')
 */
export function refusal(why: keyof typeof SAYS, options?: { cause?: unknown }): Refusal {
  const [code, sentence] = SAYS[why]
  return new Refusal(code, `etcdserver: ${sentence}`, options)
}
