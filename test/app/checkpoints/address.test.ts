import { expect, test } from '@jest/globals'
import { addressText, parseAddress } from '../../../lib/app/checkpoints/address.js'

test('an address is read as it was written', () => {
  const address = { url: 'file:/a', path: '/b' }
  expect(parseAddress(JSON.stringify(address), 'F')).toEqual(address)
  expect(addressText(address)).toBe('file:/a (/b)')
})

test.each(['null', '{}', '{"url":"a"}', '{"url":1,"path":"/b"}', '[]'])('%s is none', (json) => {
  expect(() => parseAddress(json, 'F')).toThrow(`F must say where the check-point is: it says ${json}`)
})
