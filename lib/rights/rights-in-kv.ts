/** Rules in one key of kv, watched. */
import { ConfigError, toError } from '../errors/index.js'
import type { Backend } from '../kv/backend/backend.js'
import type { TreeCache } from '../kv/watch/tree-cache.js'
import { readRules } from './read-rules.js'
import type { RulesOptions } from './rights-file.js'
import type { Rule } from './rule.js'

/**
 * The rules of a key, a document of rights in JSON. No key: no rules. Whoever may write the key gives the rights. One that
 * can't be used any more is told of, and the rules before it go on counting.
 *
 * @example
 * await using kv = openKv('memory:')
 * await kv.put('/deadbeat/rights', '{"rules":[{"who":"anyone","may":"read","on":"heater.*"}]}')
 * const rights = await RightsInKv.open(kv, '/deadbeat/rights', { log: silentLogger })
 * assert.equal(rights.rules().length, 1)
 * rights.close()
 */
export class RightsInKv {
  private readonly cache: TreeCache
  private current: readonly Rule[] = []

  private constructor(cache: TreeCache) {
    this.cache = cache
  }

  /** @throws {ConfigError} If the key holds no document of rights; what kv throws if it can't be read. */
  static async open(kv: Backend, path: string, { log }: Pick<RulesOptions, 'log'>): Promise<RightsInKv> {
    const cache = kv.treeCache(path, { prefix: false, log })
    const rights = new RightsInKv(cache)
    try {
      await cache.ready
      rights.current = readText(cache.get(path), path)
    } catch (error) {
      cache.close()
      throw error
    }
    cache.onChange(({ value }) => {
      try {
        rights.current = readText(value, path)
        log.info({ path, rules: rights.current.length }, 'read the rights anew')
      } catch (error) {
        log.error({ err: toError(error), path }, 'the rights stay as they were: what the key holds has faults')
      }
    })
    cache.onEnd((error) => {
      if (error !== null) log.error({ err: error, path }, 'the rights stay as they are: kv tells of no more changes')
    })
    return rights
  }

  /** The rules that count now. */
  rules(): readonly Rule[] {
    return this.current
  }

  /** Let go of the watch; the rules stay. */
  close(): void {
    this.cache.close()
  }
}

function readText(text: string | null, path: string): readonly Rule[] {
  if (text === null) return []
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new ConfigError([`${path} must hold rights as JSON: it holds none`], { cause })
  }
  return readRules(document, () => path)
}
