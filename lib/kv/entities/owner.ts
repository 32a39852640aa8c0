/** Who owns something, as a key below it that goes with the owner's lease: it is the lock on the thing, too. */
import type { HeldLease } from '../held-lease.js'
import type { Database } from './access.js'
import { Entity, type EntityOptions } from './entity.js'
import { isSameJson, type JsonObject } from './json.js'
import type { Parts } from './key-template.js'

/**
 * A kind of owner.
 *
 * @example
 * await using kv = new MemoryBackend()
 * const owner = ownerEntity({ key: '/pb/{id}/owner' })
 * const me = { host: 'a', pid: 7 }
 * await owner.take(kv, { id: 'pb-1' }, me, await kv.clientLease())
 * assert.equal(await owner.isOwner(kv, { id: 'pb-1' }, { pid: 7, host: 'a' }), true)
 * await assert.rejects(owner.take(kv, { id: 'pb-1' }, { host: 'b' }, await kv.clientLease()), /already exists/)
 */
export class OwnerEntity<K extends string, T extends object> extends Entity<K, T> {
  /**
   * Be the owner, as long as the lease lives.
   *
   * @throws {ConfigCollision} If there is one.
   * @throws {LeaseLostError} If the lease is over.
   */
  async take(db: Database, parts: Parts<K>, owner: T, lease: HeldLease): Promise<void> {
    await this.create(db, parts, owner, { lease })
  }

  /** Whether somebody owns it: its lease lives. */
  isAlive(db: Database, parts: Parts<K>): Promise<boolean> {
    return this.exists(db, parts)
  }

  /** Whether it is this one. */
  async isOwner(db: Database, parts: Parts<K>, owner: T): Promise<boolean> {
    const found = await this.get(db, parts)
    return found !== null && isSameJson(found, owner)
  }
}

/** Describe who can own something. */
export function ownerEntity<const K extends string, T extends object = JsonObject>(
  options: EntityOptions<K, T>,
): OwnerEntity<K, T> {
  return new OwnerEntity(options)
}
