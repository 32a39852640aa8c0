/** Leases are known by 64 bits, which no JavaScript number holds. */

/** Identifies a lease: 64 bits. */
export type LeaseId = bigint

/** No lease. */
export const NO_LEASE: LeaseId = 0n

/**
 * A lease's number as etcdctl writes it.
 *
 * @example
 * assert.equal(leaseText(0x694d71ddacfda227n), '694d71ddacfda227')
 */
export function leaseText(id: LeaseId): string {
  return BigInt.asUintN(64, id).toString(16)
}
