import { expect, test } from '@jest/globals'
import { metricsText } from '../../lib/control/index.js'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement } from '../../lib/movement/index.js'

test('families stand together, with help and type, labels escaped, and units scaled', () => {
  const store = new Store('a"b', new Escapement())
  const counter = (cog: string) => ({ name: 'deadbeat_cog_in_total', kind: 'counter' as const, labels: { cog } })
  new Item<number>(store, 'x', { type: 'numeric', doc: 'Came\nin.', initial: 1, metric: counter('A#1') })
  new Item<boolean>(store, 'p', {
    type: 'boolean',
    doc: 'P.',
    initial: true,
    metric: { name: 'paused', kind: 'gauge' },
  })
  new Item<number>(store, 'y', { type: 'numeric', doc: 'Came in.', initial: 2, metric: counter('B\\') })
  const scaled = { name: 'cpu_seconds_total', kind: 'counter' as const, scale: 1 / 1000 }
  new Item<number>(store, 'cpu', { type: 'numeric', doc: 'C.', initial: 1500, metric: scaled })
  new Item<string>(store, 'none', { type: 'string', initial: 'no metric' })
  expect(metricsText(store)).toBe(
    [
      '# HELP deadbeat_cog_in_total Came\\nin.',
      '# TYPE deadbeat_cog_in_total counter',
      'deadbeat_cog_in_total{app="a\\"b",cog="A#1"} 1',
      'deadbeat_cog_in_total{app="a\\"b",cog="B\\\\"} 2',
      '# HELP paused P.',
      '# TYPE paused gauge',
      'paused{app="a\\"b"} 1',
      '# HELP cpu_seconds_total C.',
      '# TYPE cpu_seconds_total counter',
      'cpu_seconds_total{app="a\\"b"} 1.5',
      '',
    ].join('\n'),
  )
})

test('of lists of objects the numbers are summed, so that ten thousand files are a few lines', () => {
  const store = new Store('a', new Escapement())
  const metric = { name: 'progress', kind: 'gauge' as const }
  const files = Array.from({ length: 100 }, (_, i) => ({ path: `/${i}`, bytes: 2, lines: 1 }))
  new Item<unknown>(store, 'f', { type: 'json', doc: 'F.', initial: files, metric })
  new Item<unknown>(store, 'g', { type: 'json', doc: 'F.', initial: null, metric })
  expect(metricsText(store).split('\n').slice(2)).toEqual([
    'progress{app="a",field="bytes"} 200',
    'progress{app="a",field="lines"} 100',
    '',
  ])
})
