// Catalog blocks for the tests of discovery.
import type { KnownBlock } from '../../../lib/items/discovery/known-block.js'

/** A block of a daemon that listens at the ports `port` and `port + 1`. */
export function blockAt(port: number, about: Partial<KnownBlock> = {}): KnownBlock {
  return {
    store: 'lamp',
    alias: 'main',
    uuid: `00000000-0000-4000-8000-${String(port).padStart(12, '0')}`,
    time: 1000,
    hash: port,
    items: { level: { type: 'numeric' } },
    provenance: [{ stratum: 0, hostname: '127.0.0.1', rep: port, pub: port + 1 }],
    ...about,
  }
}
