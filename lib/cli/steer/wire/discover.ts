/** `deadbeat discover`: the daemons that answer. */
import { EXIT } from '../../../app/exit-codes.js'
import { escapeControls } from '../../../errors/escape-controls.js'
import { codeOf } from '../../../errors/index.js'
import type { SilentDaemon } from '../../../items/index.js'
import { tableOf } from '../table.js'
import { refuse } from '../../tell.js'
import type { WireFlags } from './flags.js'
import { inSession } from './session.js'

/** Say who is there, a line each. Daemons that are remembered and don't answer are named on stderr. */
export async function discover(hosts: readonly string[], flags: WireFlags & { readonly json?: true }): Promise<number> {
  const wide = { ...flags, registry: [...flags.registry, ...hosts] }
  return await inSession(wide, async ({ directory }) => {
    const { located, silent } = await directory.survey()
    for (const one of silent) process.stderr.write(`${escapeControls(sentenceOf(one))}\n`)
    const found = located.map(({ block: { store, alias, items }, place: { host, rep, pub } }) => ({
      ...{ store, alias, host, rep, pub },
      items: Object.keys(items).length,
    }))
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

function sentenceOf({ block: { store, alias, provenance }, error }: SilentDaemon): string {
  const [{ hostname, rep } = { hostname: '', rep: 0 }] = provenance
  const why = codeOf(error) === 'ERR_NO_ACK' ? '' : `: ${error.message}`
  return `${store}.${alias} does not answer at ${hostname}:${rep}${why}`
}
