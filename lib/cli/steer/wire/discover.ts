/** `deadbeat discover`: the daemons that answer. */
import { EXIT } from '../../../app/exit-codes.js'
import { toError } from '../../../errors/index.js'
import { tableOf } from '../table.js'
import { refuse } from '../../tell.js'
import type { WireFlags } from './flags.js'
import { inSession } from './session.js'

/** Say who is there, a line each. A store that is remembered and doesn't answer is named on stderr. */
export async function discover(hosts: readonly string[], flags: WireFlags & { readonly json?: true }): Promise<number> {
  const wide = { ...flags, registry: [...flags.registry, ...hosts] }
  return await inSession(wide, async ({ directory }) => {
    const found: { store: string; alias: string; host: string; rep: number; pub: number; items: number }[] = []
    for (const store of await directory.stores()) {
      try {
        for (const { block, place } of await directory.locate(store, { thorough: true })) {
          const { host, rep, pub } = place
          found.push({ ...{ store, alias: block.alias, host, rep, pub }, items: Object.keys(block.items).length })
        }
      } catch (error) {
        process.stderr.write(`${store}: ${toError(error).message}\n`)
      }
    }
    const rows = found.map(({ store, alias, host, rep, pub, items }) => [
      `${store}.${alias}`,
      host,
      ...[rep, pub, items].map(String),
    ])
    if (flags.json) process.stdout.write(`${JSON.stringify(found)}\n`)
    else if (rows.length > 0) process.stdout.write(tableOf([['DAEMON', 'HOST', 'PORT', 'PUB', 'ITEMS'], ...rows]))
    return found.length > 0 ? EXIT.ok : refuse('no daemon of items answers', EXIT.unavailable)
  })
}
