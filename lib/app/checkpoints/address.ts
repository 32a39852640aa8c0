/** Where a record is in a database: what a file of the state directory says where its record was moved. */
import { DeadbeatError } from '../../errors/index.js'

/** A record's place in a database. */
export interface Address {
  readonly url: string
  readonly path: string
}

/**
 * An address as a file says it.
 *
 * @throws {DeadbeatError} `ERR_CHECKPOINT` if it is none.
 */
export function parseAddress(json: string, file: string): Address {
  const told = JSON.parse(json) as Partial<Record<keyof Address, unknown>> | null
  const { url, path } = told ?? {}
  if (typeof url === 'string' && typeof path === 'string') return { url, path }
  throw new DeadbeatError('ERR_CHECKPOINT', `${file} must say where the check-point is: it says ${json}`)
}

/**
 * An address as people read it.
 *
 * @example
 * assert.equal(addressText({ url: 'etcd://10.0.0.1:2379', path: '/a' }), 'etcd://10.0.0.1:2379 (/a)')
 */
export function addressText({ url, path }: Address): string {
  return `${url} (${path})`
}
