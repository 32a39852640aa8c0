import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { cutBaseConfig } from '../../lib/stream/cut-config.js'

test('by default a train is whole', () => {
  const { cut } = gather({ cut: cutBaseConfig }, { argv: [], env: {} })
  expect(cut).toMatchObject({ parts: [], partitions: [], prefix: 'deadbeat', messagesMax: 1_000_000 })
})

test('a part can be named on the command line', () => {
  const argv = ['--cut.parts', 'a:after', '--cut.partitions', '0-3']
  expect(gather({ cut: cutBaseConfig }, { argv, env: {} }).cut).toMatchObject({
    parts: ['a:after'],
    partitions: ['0-3'],
  })
})
