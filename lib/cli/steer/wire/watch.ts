/** `deadbeat watch` over the wire. */
import { EXIT } from '../../../app/exit-codes.js'
import { toError } from '../../../errors/index.js'
import type { Item } from '../../../items/index.js'
import { refuse } from '../../tell.js'
import { readUntil } from '../until.js'
import type { WireFlags } from './flags.js'
import type { Place } from './place.js'
import { nameOf } from './read.js'
import { inSession } from './session.js'
import { fieldOf, jsonOf, textOf, type FormatFlags } from './values.js'

/** How it was written. */
export interface WatchFlags extends WireFlags, FormatFlags {
  readonly json?: true
  readonly count?: number
  readonly until?: string
}

/** Follow items until so many values, one that is waited for, the time is over, or nobody reads any more. */
export async function wireWatch(places: readonly Place[], flags: WatchFlags): Promise<number> {
  const { count = Infinity, until, timeout, json = false } = flags
  const isWanted = until === undefined ? () => false : readUntil(until)
  return await inSession(flags, async ({ itemsOf }) => {
    const items = await itemsOf(places)
    let shown = 0
    return await new Promise<number>((resolve) => {
      const late = (): void => resolve(refuse(`watch: ${timeout} ms are over`, EXIT.tempfail))
      const timer = timeout === undefined ? undefined : setTimeout(late, timeout)
      const end = (code: number): void => {
        clearTimeout(timer)
        stops.forEach((stop) => stop())
        resolve(code)
      }
      const stale = new Set<Item>()
      const show = (item: Item, value: unknown, timeMs: number): void => {
        const isStale = item.state === 'stale'
        if (isStale) stale.add(item)
        else stale.delete(item)
        const text = `${new Date(timeMs).toISOString()} ${nameOf(item)} = ${textOf(item, value, flags)}`
        const fields = { key: nameOf(item), value: fieldOf(item, value, flags), timeMs }
        const told = json ? jsonOf(isStale ? { ...fields, isStale } : fields) : text + (isStale ? ' (stale)' : '')
        process.stdout.write(`${told}\n`)
      }
      // No value of its own: what is shown already may be out of date from now on, or no longer.
      const tellState = (item: Item): void => {
        const { value, time, state } = item
        if (time !== null && state !== 'unknown' && stale.has(item) !== (state === 'stale'))
          show(item, value, time * 1000)
      }
      const tell = (item: Item, value: unknown, timeMs: number, missed: number): void => {
        if (shown === count) return
        shown++
        if (missed > 0) process.stderr.write(`${nameOf(item)}: ${missed} values were missed\n`)
        show(item, value, timeMs)
        if (shown === count || isWanted(value, item.format(value))) end(EXIT.ok)
      }
      for (const store of new Set(items.map((item) => item.store)))
        store.onError((error, item) => process.stderr.write(`${nameOf(item)}: ${toError(error).message}\n`))
      process.stdout.once('error', () => end(EXIT.ioerr))
      const stops = items.flatMap((item) => [
        item.subscribe((value, timeMs, { missed }) => tell(item, value, timeMs, missed)),
        item.onState(() => tellState(item)),
      ])
    })
  })
}
