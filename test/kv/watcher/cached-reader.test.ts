import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Engine } from '../../../lib/kv/engine/engine.js'
import { Backend } from '../../../lib/kv/index.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { drive } from '../../support/kv-watcher-suite.js'

const PATHS = ['/a', '/b', '/l/1', '/l/2', '/l/3']

type Step =
  | { readonly do: 'put' | 'delete' | 'get'; readonly path: string }
  | { readonly do: 'list'; readonly withValues: boolean }
  | { readonly do: 'turn' | 'wait' | 'compact' | 'next' }

const path = fc.constantFrom(...PATHS)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('put' as const, 'delete' as const, 'get' as const, 'get' as const), path }),
  fc.record({ do: fc.constant('list' as const), withValues: fc.boolean() }),
  fc.record({ do: fc.constantFrom('turn' as const, 'wait' as const, 'compact' as const, 'next' as const) }),
)

test('whatever happens, what a transaction reads is what was there in its state', async () => {
  let served = 0
  let serial = 0
  const asked = { count: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 30 }),
      async (transactions) => {
        const clock = new ManualClock()
        const memory = new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity })
        const engine: Engine = Object.assign(Object.create(memory) as Engine, {
          isLocal: false,
          range: (...args: Parameters<Engine['range']>) => {
            asked.count += 1
            return memory.range(...args)
          },
        })
        const truth = new Backend(memory, { clock })
        const { watcher, next, leave } = await drive(new Backend(engine, { clock, commitTokens: false }))
        const history = new Map<number, ReadonlyMap<string, string>>()
        const remember = async (): Promise<void> => {
          const [entries, { revision }] = await truth.listKeys('/', { recurse: 2, withValues: true })
          history.set(revision, new Map(entries.map(([each, value]) => [each, value])))
        }
        await remember()
        const compacted = { at: 1 }
        for (const steps of transactions) {
          const seen: ((state: ReadonlyMap<string, string>) => void)[] = []
          let at = null as number | null
          let attempts = 0
          await watcher.transact(async (txn) => {
            seen.length = 0
            // Others are in the way once: who always is would make it wait for a clock that stands.
            const isFirst = attempts++ === 0
            for (const each of steps) {
              if (each.do === 'get') {
                const value = await txn.get(each.path)
                seen.push((state) => expect(value).toBe(state.get(each.path) ?? null))
              } else if (each.do === 'list') {
                const found = each.withValues ? await txn.entries('/l/') : await txn.listKeys('/l/')
                seen.push((state) => {
                  const all = [...state].filter(([name]) => name.startsWith('/l/')).sort()
                  expect(found.map((entry) => (typeof entry === 'string' ? entry : entry.slice(0, 2)))).toEqual(
                    each.withValues ? all : all.map(([name]) => name),
                  )
                })
              } else if (!isFirst) continue
              else if (each.do === 'put') await truth.put(each.path, String((serial += 1))).then(remember)
              else if (each.do === 'delete') await truth.delete(each.path, { mustExist: false }).then(remember)
              else if (each.do === 'turn') await turnOfNode()
              else if (each.do === 'wait') clock.advance(150)
              else if (each.do === 'compact') {
                const { revision } = (await truth.get('/a'))[1]
                if (revision > compacted.at) await memory.compact((compacted.at = revision))
              }
            }
            at = txn.readRevision
          })
          served += seen.length
          if (at !== null) for (const check of seen) check(history.get(at) ?? new Map())
          if (steps.some((each) => each.do === 'next')) {
            watcher.trigger()
            await next()
          }
        }
        await leave()
      },
    ),
    { numRuns: 300 },
  )
  expect(asked.count).toBeLessThan(served)
})
