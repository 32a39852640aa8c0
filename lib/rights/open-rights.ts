/** The rights of a daemon, from wherever its settings say. */
import { ConfigError } from '../errors/index.js'
import type { Backend } from '../kv/backend/backend.js'
import { stderrLogger, type Logger } from '../movement/logger.js'
import { SystemClock, type Clock } from '../movement/loop/clock.js'
import { insert, type Settings } from '../settings/index.js'
import { RightsFile } from './rights-file.js'
import { RightsInKv } from './rights-in-kv.js'
import { Rights } from './rights.js'

/** Configuration insert of the rights. */
export const rightsBaseConfig = insert({
  file: {
    doc: 'The file that says who else than its own user may read, set, call or run what; read again when it was changed.',
    format: 'path',
    default: null,
  },
  key: {
    doc: 'The key of kv that says it instead, as JSON; watched.',
    format: 'string',
    default: null,
  },
})

/** Where rights come from. */
export interface OpenRightsOptions extends Partial<Settings<typeof rightsBaseConfig>> {
  /** The database that `key` is in. */
  readonly kv?: Backend
  /** Whether only this machine can reach what they are for, and knows nobody: as TCP on loopback without keys. */
  readonly isLocalWithoutKeys?: boolean
  readonly clock?: Pick<Clock, 'now'>
  readonly log?: Logger
}

/** Rights, and how to let go of them. */
export interface OpenRights {
  readonly rights: Rights
  close(): void
}

/**
 * Open the rights. Where there are none and only this machine can reach what they are for, whoever isn't known may do all, so that
 * one user of a machine of his own needs no keys and no rules; as soon as rules are given, they alone count.
 *
 * @throws {ConfigError} If they have faults, or can't be read.
 * @example
 * const { rights } = await openRights({ isLocalWithoutKeys: true })
 * assert.equal(rights.may({ kind: 'anonymous' }, 'set', 'heater.setpoint'), true)
 */
export async function openRights(options: OpenRightsOptions = {}): Promise<OpenRights> {
  const { file = null, key = null, kv, isLocalWithoutKeys = false } = options
  const { clock = new SystemClock(), log = stderrLogger } = options
  if (file !== null && key !== null) {
    throw new ConfigError([`rights must have file or key, not both: they are ${file} and ${key}`])
  }
  if (file !== null) {
    const rules = new RightsFile(file, { clock, log })
    return { rights: new Rights({ rules: () => rules.rules() }), close: () => undefined }
  }
  if (key === null) return { rights: new Rights({ trustsAnonymous: isLocalWithoutKeys }), close: () => undefined }
  if (kv === undefined) throw new ConfigError([`rights.key needs a database: set kv.url; it is ${key}`])
  const rules = await RightsInKv.open(kv, key, { log })
  return {
    rights: new Rights({ rules: () => rules.rules() }),
    close: () => {
      rules.close()
    },
  }
}
