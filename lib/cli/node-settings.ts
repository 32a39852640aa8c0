/** What `deadbeat node` takes as settings: how a node works, and how it is asked over the wire. */
import { gather, strangersIn, type Stranger } from '../conf/index.js'
import { itemsBaseConfig } from '../items/index.js'
import { nodeBaseConfig } from '../runner/index.js'
import type { Settings } from '../settings/index.js'

/** Its announcement goes to the store, whatever is set; its name is that of the node. */
const { enabled, alias, announce, rightsKey, callPort, override, ...serving } = itemsBaseConfig

const SCHEMA = { node: nodeBaseConfig, items: serving }

/**
 * The settings of a node, from its file, the environment and its flags.
 *
 * @param file null: it has none.
 * @throws {ConfigError} With all that is wrong with them.
 */
export function nodeSettings(argv: readonly string[], file: string | null): Settings<typeof SCHEMA> {
  return gather(SCHEMA, { argv, env: process.env, file })
}

/**
 * What is no flag of a node at all. Who begins with a bare word has meant the node's name.
 *
 * @param flags those that the command has itself.
 */
export function strangersOfNode(argv: readonly string[], flags: readonly string[]): Stranger[] {
  return strangersIn(argv, SCHEMA, flags).map(({ word, meant }) => {
    const isName = word === argv[0] && !word.startsWith('-')
    return { word, meant: isName ? `--name ${word}` : meant }
  })
}
