/** A record without those who don't stand in a train any more, where the operator took them out. */
import type { Plan } from '../chain/plan.js'
import type { Logger } from '../logger.js'
import type { CutRecord } from './record.js'

/** The record with the marks and snapshots of those only who stand in this train; the log tells of the others. */
export function withoutStrangers(record: CutRecord, { plan, log }: { plan: Plan; log: Logger }): CutRecord {
  const kinds = new Map(plan.places.map(({ name, kind }) => [name, kind]))
  const known = <T>(what: string, table: Readonly<Record<string, T>>, isKnown: (name: string) => boolean) => {
    const strangers = Object.keys(table).filter((name) => !isKnown(name))
    if (strangers.length > 0) log.warn({ cogs: strangers }, `no longer in the train: ${what} ${strangers.join(', ')}`)
    return Object.fromEntries(Object.entries(table).filter(([name]) => isKnown(name)))
  }
  return {
    ...record,
    supplies: known('the position of', record.supplies, (name) => kinds.get(name) === 'supply'),
    drains: known('the output of', record.drains, (name) => kinds.get(name) === 'drain'),
    snapshots: known('the memory of', record.snapshots, (name) => kinds.has(name)),
  }
}
