import { expect, test } from '@jest/globals'
import { Command } from 'commander'
import { addAnnounceFlags, collect, type AnnounceFlags } from '../../lib/cli/announce-flags.js'

const parse = (...argv: string[]): AnnounceFlags =>
  addAnnounceFlags(new Command().exitOverride().configureOutput({ writeErr: () => undefined }))
    .parse(argv, { from: 'user' })
    .opts()

test('a daemon is made known on its machine, unless the flags say else', () => {
  expect(parse()).toEqual({ announce: 'machine', registry: [] })
  expect(parse('--announce', 'net', '--registry', 'a', '--registry', 'b:7', '--kv', 'memory:', '--override')).toEqual({
    ...{ announce: 'net', registry: ['a', 'b:7'], kv: 'memory:', override: true },
  })
  expect(() => parse('--announce', 'all')).toThrow('Allowed choices are machine, net, off')
})

test('what may come again is kept in its order', () => {
  expect(collect('b', ['a'])).toEqual(['a', 'b'])
})
