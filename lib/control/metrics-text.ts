/** The items of a store as Prometheus reads them: its text format, version 0.0.4. */
import type { Item, Metric, Store } from '../items/index.js'

/**
 * Every item that is a metric, as text.
 *
 * @example
 * const store = new Store('lamp', new Escapement())
 * new Item(store, 'level', { type: 'numeric', doc: 'Its level.', initial: 3, metric: { name: 'lamp_level', kind: 'gauge' } })
 * assert.equal(metricsText(store), '# HELP lamp_level Its level.\n# TYPE lamp_level gauge\nlamp_level{app="lamp"} 3\n')
 */
export function metricsText(store: Store): string {
  const families = new Map<string, string[]>()
  for (const item of store.find('*')) {
    const { metric, doc = '' } = item.options
    if (metric === undefined) continue
    const { name, kind } = metric
    const lines = families.get(name) ?? [`# HELP ${name} ${escapeHelp(doc)}`, `# TYPE ${name} ${kind}`]
    lines.push(...samplesOf(store.name, item, metric))
    families.set(name, lines)
  }
  return [...families.values()].map((lines) => `${lines.join('\n')}\n`).join('')
}

function samplesOf(app: string, item: Item, { name, labels = {}, scale = 1 }: Metric): string[] {
  const sample = (value: number, more: Record<string, string> = {}): string => {
    const all: [string, string][] = Object.entries({ app, ...labels, ...more })
    const text = all.map(([label, of]) => `${label}="${escapeLabel(of)}"`).join(',')
    return `${name}{${text}} ${value * scale}`
  }
  const { value } = item
  if (typeof value === 'number') return [sample(value)]
  if (typeof value === 'boolean') return [sample(Number(value))]
  return [...sums(value)].map(([field, sum]) => sample(sum, { field }))
}

/** The numbers of an object or of a list of objects, those of the same name together. */
function sums(value: unknown): Map<string, number> {
  const found = new Map<string, number>()
  for (const row of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (typeof row !== 'object' || row === null) continue
    for (const [field, number] of Object.entries(row)) {
      if (typeof number === 'number') found.set(field, (found.get(field) ?? 0) + number)
    }
  }
  return found
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"')
