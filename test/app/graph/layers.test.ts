import { expect, test } from '@jest/globals'
import { layersOf } from '../../../lib/app/graph/layers.js'

test('each node stands behind all that lead to it', () => {
  const node = (name: string) => ({ name, kind: 'cog' as const, text: name })
  const edges = [
    ['a', 'b'],
    ['b', 'd'],
    ['a', 'd'],
    ['c', 'd'],
  ].map(([from = '', to = '']) => ({ from, to }))
  const layers = layersOf({ nodes: ['a', 'b', 'c', 'd'].map(node), edges })
  expect(layers.map((layer) => layer.map(({ name }) => name))).toEqual([['a', 'c'], ['b'], ['d']])
})
