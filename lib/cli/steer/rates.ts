/** What a running train does in a second, from two looks at its accounts. */

/** The values of items at one moment. */
export interface Look {
  /** In ms, on any clock. */
  readonly atMs: number
  readonly values: Readonly<Record<string, unknown>>
}

/** One cog, as `status` and `top` show it. */
export interface CogRow {
  readonly cog: string
  /** Data a second. */
  readonly inRate: number
  readonly outRate: number
  /** Since the train runs. */
  readonly in: number
  readonly out: number
  readonly held: number
  readonly diverted: number
  /** How long a datum takes there, in ns; 0 if nobody measured. */
  readonly ns: number
}

const MS_PER_S = 1000

/** A row for each cog, in the order of the train. Without a look before, nothing is known of rates. */
export function rowsOf(now: Look, before: Look | null): CogRow[] {
  const cogs = Object.keys(now.values).flatMap((key) =>
    key.endsWith('.accounts.in') ? [key.slice(0, -'.accounts.in'.length)] : [],
  )
  return cogs.map((cog) => {
    const at = (look: Look | null, account: string): number => Number(look?.values[`${cog}.accounts.${account}`] ?? 0)
    const rate = (account: string): number => {
      if (before === null || now.atMs <= before.atMs) return 0
      // A train that took the place of another counts from 0.
      const more = Math.max(0, at(now, account) - at(before, account))
      return (more * MS_PER_S) / (now.atMs - before.atMs)
    }
    return {
      ...{ cog, inRate: rate('in'), outRate: rate('out'), in: at(now, 'in'), out: at(now, 'out') },
      ...{ held: at(now, 'held'), diverted: at(now, 'diverted'), ns: Number(now.values[`${cog}.ns`] ?? 0) },
    }
  })
}

/** How far supplies are behind what there is to read, in bytes; null if none says. */
export function lagOf({ values }: Look): number | null {
  const rows = Object.entries(values)
    .filter(([key]) => key.endsWith('.progress'))
    .flatMap(([, value]) => (Array.isArray(value) ? (value as unknown[]) : [value]))
  const lags = rows.flatMap((row) => {
    const lag: unknown = (row as { lag?: unknown } | null)?.lag
    return typeof lag === 'number' ? [lag] : []
  })
  return lags.length === 0 ? null : lags.reduce((sum, lag) => sum + lag, 0)
}
