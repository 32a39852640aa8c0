/** Elections: one leader at a time, with something to say; candidates follow in the order of their candidacy. */
import { checkPath, pathOf } from '../path.js'
import { decodeValue, encodeValue, type Value } from '../value.js'
import { Holding } from './holding.js'
import { firstOf, lineOf, standInLine, type LineOptions, type LineSupport } from './line.js'
import { nextChange } from './next-change.js'
import { patiently } from './patiently.js'

/** Being the leader. `await using` resigns at the end of the scope. */
export class Leadership extends Holding {
  /** The revision at which it last said something. */
  #said = this.fencingToken

  /**
   * Say something else than at the candidacy.
   *
   * @throws {LockLostError} If it isn't the leader any more.
   */
  async proclaim(value: Value): Promise<void> {
    const bytes = encodeValue(value)
    this.check()
    const { engine, clock } = this.support
    const { key } = this
    const put = { op: 'put', key, value: bytes, lease: this.lease.id } as const
    const look = { op: 'range', key, keysOnly: true } as const
    for (;;) {
      // A commit whose outcome was not told may come late: by then it meets what was said since, and changes nothing.
      const isLast = { key, target: 'mod', is: '=', than: this.#said } as const
      const { ok, revision, results } = await patiently(clock, this.signal, () =>
        engine.commit([isLast], [put], [look]),
      )
      if (ok) {
        this.#said = revision
        break
      }
      const own = results[0]?.op === 'range' ? results[0].kvs[0] : undefined
      if (own?.create !== this.fencingToken) {
        this.lose('its key was deleted')
        break
      }
      this.#said = own.mod
    }
    this.check()
  }

  /**
   * Let the next one lead.
   *
   * @throws {UnavailableError} If the store can't be told: then another leads when the time of the lease is over.
   */
  async resign(): Promise<void> {
    await this.leave()
  }
}

/**
 * Be a candidate of a path until elected, which is when all who were so before have gone.
 *
 * @throws {UnavailableError} If the store can't be reached at first.
 * @throws {LockLostError} If the candidacy was lost while waiting.
 */
export async function elect(
  support: LineSupport,
  path: string,
  value: Value,
  options: LineOptions = {},
): Promise<Leadership> {
  const bytes = encodeValue(value)
  return new Leadership(support, await standInLine(support, path, bytes, options))
}

/** Who leads. */
export interface Leader {
  /** What it says. */
  readonly value: string
  readonly keyPath: string
  /** Greater than that of every leader before it. */
  readonly fencingToken: number
}

/**
 * Who leads, and each change of that or of what the leader says; null: nobody. Who looks slowly sees the last state, not
 * every step. It ends when the loop is left, or with the signal's reason.
 */
export async function* leaders(
  { engine, clock }: Omit<LineSupport, 'keeper'>,
  path: string,
  { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Leader | null, never> {
  checkPath(path, 'strict')
  const line = lineOf(path)
  let said: number | null | undefined
  for (;;) {
    const { results, revision } = await patiently(clock, signal, () => engine.range([line]))
    const first = firstOf(results[0]?.kvs ?? [])
    if (said !== (first?.mod ?? null)) {
      said = first?.mod ?? null
      yield first === undefined
        ? null
        : { value: decodeValue(first.value), keyPath: pathOf(first.key) ?? first.key, fencingToken: first.create }
    }
    await nextChange(engine, line, revision + 1, { signal })
  }
}
