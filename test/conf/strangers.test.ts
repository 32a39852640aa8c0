import { expect, test } from '@jest/globals'
import { strangersIn } from '../../lib/conf/strangers.js'

const schema = {
  dns: { cacheMax: { doc: 'x', format: 'nat', default: 5 }, follow: { doc: 'x', default: true } },
  out: { password: { doc: 'x', format: 'text', default: null, sensitive: true }, paths: { doc: 'x', default: ['a'] } },
} as const
const strangers = (...argv: string[]) => strangersIn(argv, schema, ['--ttl', '--group'])

test('what a setting takes is no stranger, however it is written', () => {
  expect(
    strangers('--dns.cacheMax', '3', '--no-dns.follow', '--out.password-file', 'x', '--out.paths', 'a', '-b'),
  ).toEqual([])
})

test('each word that is no flag is told, with the flag that was probably meant, of the command or of its settings', () => {
  expect(strangers('--tll', '5s', '--dns.cach-max=5', '--cacheMax', '3', 'stray', '-x', '--zebra')).toEqual([
    { word: '--tll', meant: '--ttl' },
    { word: '--dns.cach-max', meant: '--dns.cache-max' },
    { word: '--cacheMax', meant: '--dns.cache-max' },
    { word: 'stray', meant: null },
    { word: '-x', meant: null },
    { word: '--zebra', meant: null },
  ])
})
