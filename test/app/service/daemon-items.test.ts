import { expect, test } from '@jest/globals'
import { fillDaemonItems } from '../../../lib/app/service/daemon-items.js'
import type { Service } from '../../../lib/app/service/service.js'
import { metricsText } from '../../../lib/control/index.js'
import { ownPrincipal, Store } from '../../../lib/items/index.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, NumberSupply } from '../../support/crash-train/world.js'

test('what an operator wants to know of the process and of the app is there, also as metrics', () => {
  const { train, esc } = testTrain()
  lineOf(train.line, new NumberSupply(train, { count: 1 }), new ListDrain(train, [], { isOver: false }))
  const store = new Store('a', esc)
  const context = { signal: new AbortController().signal, principal: ownPrincipal }
  let reopened = 0
  const service = { train, reloads: 2, reloadError: 'no', reopen: () => reopened++ } as unknown as Service
  fillDaemonItems(store, service, '/etc/a.json')
  const values = Object.fromEntries(store.find('*').map((item) => [item.key, item.value]))
  expect(values).toMatchObject({
    'app.config': '/etc/a.json',
    'app.reloads': 2,
    'app.reloadError': 'no',
    'process.pid': process.pid,
    'process.startMs': esc.wall(),
  })
  expect(Number(values['process.rssBytes'])).toBeGreaterThan(1e6)
  expect(values['app.version']).toMatch(/^\d+\.\d+\.\d+/)
  expect(metricsText(store)).toMatch(/^process_start_time_seconds\{app="a"\} \d+(\.\d+)?$/m)
  expect(store.methods.get('graph')?.call([], {}, context)).toMatchObject({
    name: 'a',
    edges: expect.arrayContaining([{ from: 'NumberSupply', to: 'ListDrain' }]) as unknown,
  })
  void store.methods.get('reopen')?.call([], {}, context)
  expect(reopened).toBe(1)
})
