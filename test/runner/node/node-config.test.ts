import { gather } from '../../../lib/conf/index.js'
import { nodeBaseConfig, NODE_DEFAULTS } from '../../../lib/runner/node/node-config.js'

it('gives what a node is that was told nothing, by settings and without them', () => {
  expect(gather({ node: nodeBaseConfig }, { argv: [], env: {} }).node).toEqual(NODE_DEFAULTS)
})
