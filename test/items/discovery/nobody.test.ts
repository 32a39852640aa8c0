import { expect, test } from '@jest/globals'
import { calledBy, nobody, reasonOf } from '../../../lib/items/discovery/nobody.js'
import { WireError } from '../../../lib/wire/index.js'

test('it says what was tried, and what to do', () => {
  const tried = ['127.0.0.1:7 (silent)', 'registries of this machine (silent)']
  expect(nobody({ store: 'lamp', host: null, port: null }, tried).message).toBe(
    'no daemon of lamp answers. Tried: 127.0.0.1:7 (silent), registries of this machine (silent). Start it, or say where it is: lamp:HOST:PORT',
  )
  expect(nobody({ store: 'lamp', host: 'lab', port: 7 }, tried).message).toMatch(
    /^no daemon of lamp:lab:7 .*Look whether .* knows yours \(deadbeat keys\)$/,
  )
})

test('why somebody was not asked is told in full, that he doesn’t answer in a word', () => {
  expect(reasonOf(new WireError('ERR_NO_ACK', 'GET x: tcp://a:7 has not answered'))).toBe('silent')
  expect(reasonOf(new Error('it asks for encryption'))).toBe('it asks for encryption')
})

test('a broadcast reaches this machine, or the net, or nobody', () => {
  expect((['machine', 'net', 'off'] as const).map(calledBy)).toEqual([['of this machine'], ['of the local net'], []])
})
