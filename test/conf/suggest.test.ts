import { expect, test } from '@jest/globals'
import { suggest, suggestName } from '../../lib/conf/suggest.js'

test('a letter too few, too many, wrong or swapped still finds the word', () => {
  for (const word of ['filename', 'filenamess', 'fikenames', 'fielnames', 'FILENAMES']) {
    expect(suggest(word, ['tail', 'filenames', 'follow'])).toBe('filenames')
  }
})

test('the nearest of several is taken', () => {
  expect(suggest('start', ['stop', 'stat', 'status'])).toBe('stat')
})

test('what is like nothing gets no suggestion', () => {
  expect(suggest('zebra', ['tail', 'filenames'])).toBeNull()
  expect(suggest('x', [])).toBeNull()
})

test('a word that no candidate can be near is settled by its length', () => {
  expect(suggest('x'.repeat(300_000), ['x'.repeat(90), 'y'])).toBe(null)
})

test('of names in parts the one that ends in the right part is meant, though another has fewer letters wrong', () => {
  expect(suggestName('--dns.ttl', ['--dns.tll', '--cache.ttl'])).toBe('--cache.ttl')
  expect(suggestName('ttl', ['--cache.ttl'])).toBe('--cache.ttl')
  expect(suggestName('--dns.tl', ['--dns.ttl', '--cache.ttl'])).toBe('--dns.ttl')
})
