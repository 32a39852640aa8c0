/** From the settings of a database to the options that it is opened with. */
import type { OpenKvOptions } from '../../kv/open-kv.js'
import type { KvSettings } from './base-config.js'

/** How a database is reached, as `openKv` takes it: what isn't set isn't there. */
export function reaching({ revisionsMax, user, password, tls }: Omit<KvSettings, 'url' | 'prefix'>): OpenKvOptions {
  const { on, ...files } = tls
  return {
    revisionsMax,
    ...(on && { tls: files }),
    ...(user !== null && { user }),
    ...(password !== null && { password }),
  }
}
