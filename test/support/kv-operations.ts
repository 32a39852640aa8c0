/** The same random operations on any database, and every answer as something that can be compared. */
import type { Backend } from '../../lib/kv/backend/backend.js'
import { Random } from '../../lib/testing/check/random.js'

const PATHS = ['/a', '/ab', '/a/b', '/a/b/c', '/a-b', '/é', '/é/\u{1f600}', '/b']

/**
 * Do so many operations below a root, and answer what each gave: values, errors by code, and revisions counted from the
 * first one. At the end stand the changes that a watch has told.
 */
export async function operate(kv: Backend, root: string, count: number, seed: number): Promise<unknown[]> {
  const random = new Random(seed)
  const start = await kv.put(`${root}/start`, '')
  const since = (revision: number | null): number | null => (revision === null ? null : revision - start.revision)
  const watch = kv.watch(root, { subtree: true, revision: start })
  const path = (): string => root + random.pick(PATHS)
  const leases = [await kv.engine.grant(600)]
  let last = start.revision
  const lease = () => (random.chance(30) ? { lease: random.pick(leases) } : {})

  const operation = async (i: number): Promise<unknown> => {
    const at = path()
    const options = { recursive: random.chance(50), prefix: random.chance(30), mustExist: random.chance(60) }
    const past = random.chance(30) ? { revision: start.revision + random.below(last - start.revision + 1) } : {}
    switch (random.below(9)) {
      case 0:
        return since((last = (await kv.create(at, `${i}`, lease())).revision))
      case 1:
        return since((last = (await kv.update(at, `${i}`, random.chance(20) ? { lease: null } : {})).revision))
      case 2:
        return since((last = (await kv.put(at, `${i}`, lease())).revision))
      case 3: {
        const mustBeRev = start.revision + random.below(last - start.revision + 1)
        return since((last = (await kv.update(at, `${i}`, { mustBeRev })).revision))
      }
      case 4:
        return await kv.delete(at, options)
      case 5: {
        const [value, { modRevision }] = await kv.get(at, past.revision)
        return [value, since(modRevision)]
      }
      case 6: {
        const recurse = random.below(4)
        const [entries] = await kv.listKeys(at + (random.chance(50) ? '/' : ''), { recurse, withValues: true, ...past })
        return entries.map(([key, value, mod]) => [key.slice(root.length), value, since(mod)])
      }
      case 7: {
        if (random.chance(70)) return null
        const gone = leases.pop()
        if (gone !== undefined) await kv.engine.revoke(gone.id)
        leases.push(await kv.engine.grant(600))
        return 'revoked'
      }
      default:
        return await kv.transact(async (txn) => {
          const other = path()
          const found = [await txn.get(at), (await txn.listKeys(`${root}/a`, { recurse: 2 })).length]
          if (random.chance(50)) await txn.put(at, `${i}`)
          if (random.chance(30)) await txn.delete(other, options)
          if (random.chance(30)) await txn.create(other, `${i}`)
          return [...found, (await txn.entries(`${root}/`, { recurse: 2 })).length]
        })
    }
  }

  const answers: unknown[] = []
  for (let i = 0; i < count; i++) {
    answers.push(await operation(i).catch((error: unknown) => (error as { code?: unknown }).code ?? String(error)))
  }
  // Levels are watched by themselves: each has an end, and what one revision changed has no order.
  const ends = ['/end', '/a/end', '/a/b/end'].map((path) => root + path)
  await kv.transact(async (txn) => {
    for (const end of ends) await txn.put(end, '', { lease: null })
  })
  const changes: [revision: number, path: string, value: string | null][] = []
  const left = new Set(ends)
  for await (const { path: changed, value, revision } of watch) {
    changes.push([revision.revision - start.revision, changed.slice(root.length), value])
    left.delete(changed)
    if (left.size === 0) break
  }
  answers.push(...changes.sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)))
  return answers
}
