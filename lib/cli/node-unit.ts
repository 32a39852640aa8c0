/** The unit that lets systemd run a node. */
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { systemdUnit } from '../daemon/systemd-unit.js'
import { fileOf } from '../kv/open-kv.js'
import type { NodeFlags } from './node-command.js'

/** How long jobs may take to end when the node does; then systemd ends it. */
const STOP_MS = 30_000

/** The unit of a node with these flags, from the command line that they were read from: program, script, `node`, flags. */
export function nodeUnit(flags: Pick<NodeFlags, 'name' | 'url' | 'ttl'>, argv: readonly string[]): string {
  const { name = hostname(), url } = flags
  const [program = '', main = '', , ...words] = argv
  const given = words.filter((word) => word !== '--unit').map(wholePath)
  const isFile = url?.startsWith('file:') === true
  return systemdUnit({
    name: 'node',
    doc: `Deadbeat: node ${name} of a fleet`,
    command: [program, resolve(main), 'node', ...(flags.name === undefined ? ['--name', name] : []), ...given],
    ...{ directory: '/', user: null, group: null, groups: [], umask: 0o077, mayIsolate: true },
    writes: isFile ? [dirname(resolve(fileOf(url)))] : [],
    // A namesake that ended without a word is waited for.
    startTimeoutMs: STOP_MS + 2 * flags.ttl,
    stopTimeoutMs: STOP_MS,
  })
}

/** systemd starts it elsewhere. */
function wholePath(word: string, at: number, words: readonly string[]): string {
  const [, flag, path] = /^(--(?:config|rights))=(.+)$/.exec(word) ?? []
  if (flag !== undefined && path !== undefined) return `${flag}=${resolve(path)}`
  return ['--config', '--rights'].includes(words[at - 1] ?? '') ? resolve(word) : word
}
