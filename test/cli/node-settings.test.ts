import { join } from 'node:path'
import { nodeSettings, strangersOfNode } from '../../lib/cli/node-settings.js'
import { scratch } from '../app/scratch.js'

it('takes what a flag says in place of what the file says', () => {
  const file = join(
    scratch({ 'node.json': '{"node": {"turnMs": 70, "blamelessMs": "5m"}, "items": {"port": 1}}' }),
    'node.json',
  )
  const { node, items } = nodeSettings(['--node.turn-ms', '80'], file)
  expect([node.turnMs, node.blamelessMs, node.historyMax, items.port]).toEqual([80, 300_000, 20, 1])
})

it.each([
  [['--node.history-max', '0'], /node.historyMax must be at least 1: it is "0"/],
  [['--node.turn-ms', 'soon'], /node.turnMs must be a duration/],
  [['--items.alias', 'x'], /--items.alias is unknown/],
])('refuses %j', (argv, message) => {
  expect(() => nodeSettings(argv, null)).toThrow(message)
})

it('finds what is no setting, and what was meant', () => {
  expect(strangersOfNode(['--blamelessMs', '5m', '--capcity', '3', '--items.key', 'n1'], ['--capacity'])).toEqual([
    { word: '--blamelessMs', meant: '--node.blameless-ms' },
    { word: '--capcity', meant: '--capacity' },
  ])
  expect(strangersOfNode(['n1', '--items.key', 'n1', 'n2'], [])).toEqual([
    { word: 'n1', meant: '--name n1' },
    { word: 'n2', meant: null },
  ])
})
