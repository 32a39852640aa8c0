import { expect, test } from '@jest/globals'
import { homedir } from 'node:os'
import { homeDirectory, nameOf } from '../../../lib/items/daemon/home.js'

test('the home is what the environment says, else in the home of the user', () => {
  expect(homeDirectory({ MKTL_HOME: '/srv/mktl/', HOME: '/home/ann' })).toBe('/srv/mktl')
  expect(homeDirectory({ MKTL_HOME: '', HOME: '/home/ann' })).toBe('/home/ann/.mKTL')
  expect(homeDirectory({})).toBe(`${homedir()}/.mKTL`)
})

test('names are in lower case', () => {
  expect([nameOf('store', 'KPF'), nameOf('alias', 'Main-2'), nameOf('store', 'registry:host_example')]).toEqual([
    'kpf',
    'main-2',
    'registry:host_example',
  ])
})

test.each(['', '_hash', 'a.b', '..', 'a/b', 'a b', 'a\0', 'é', 'x'.repeat(129)])('%j is no name', (name) => {
  expect(() => nameOf('store', name)).toThrow('the name of a store must be letters, digits and')
  expect(() => nameOf('alias', name)).toThrow("the name of a store's daemon (its alias) must be")
})
