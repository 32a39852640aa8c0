/** The items and methods of a running app besides its train's. */
import { readFileSync } from 'node:fs'
import type { Store } from '../../items/index.js'
import { Item } from '../../items/model/item.js'
import { graphOf } from '../graph/graph.js'
import { packageRoot } from '../../files/package-root.js'
import { residentBytes } from '../../files/process-of.js'
import type { Service } from './service.js'

const MS_PER_S = 1000
/** Read before the process may have another root. */
const VERSION = (JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as { version: string })
  .version
const US_PER_MS = 1000

/** Put what an operator wants to know of the process and of the app into a store. */
export function fillDaemonItems(store: Store, service: Service, configFile: string | null): void {
  const startMs = store.wall()
  const text = (key: string, doc: string, compute: () => string | null): unknown =>
    new Item<string>(store, key, { type: 'string', doc, compute })
  const number = (
    key: string,
    doc: string,
    metric: string,
    compute: () => number | null,
    scale = 1,
    units = '',
  ): unknown =>
    new Item<number>(store, key, {
      ...{ type: 'numeric', doc, compute, ...(units === '' ? {} : { units }) },
      metric: { name: metric, kind: metric.endsWith('_total') ? 'counter' : 'gauge', scale },
    })
  text('app.version', 'The version of Deadbeat.', () => VERSION)
  text('app.config', 'The configuration file.', () => configFile)
  text('app.reloadError', 'Why the last reload failed; null if it did not.', () => service.reloadError)
  number('app.reloads', 'How often the configuration was reloaded.', 'deadbeat_reloads_total', () => service.reloads)
  number('process.pid', 'The number of the process.', 'deadbeat_process_pid', () => process.pid)
  number('process.startMs', 'Since when it runs.', 'process_start_time_seconds', () => startMs, 1 / MS_PER_S, 'ms')
  number(
    ...(['process.cpuMs', 'What it has used of the processors.', 'process_cpu_seconds_total'] as const),
    () => (process.cpuUsage().user + process.cpuUsage().system) / US_PER_MS,
    ...([1 / MS_PER_S, 'ms'] as const),
  )
  number(
    ...(['process.rssBytes', 'What it has of the memory.', 'process_resident_memory_bytes'] as const),
    residentBytes,
    ...([1, 'bytes'] as const),
  )
  store.methods.set('graph', {
    doc: 'The graph of the train.',
    call: () => (service.train === null ? null : graphOf(store.name, service.train.wind())),
  })
  store.methods.set('reopen', { doc: 'Open the log and all files anew.', call: () => service.reopen() })
}
