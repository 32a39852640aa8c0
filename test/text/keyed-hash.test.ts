import { hashOf } from '../../lib/text/keyed-hash.js'

test('is SHA-256 without a key (FIPS 180-2, appendix B.1)', () => {
  expect(hashOf('abc', null, 64)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('is HMAC-SHA-256 with one (RFC 4231, test case 2)', () => {
  const key = Buffer.from('Jefe')
  expect(hashOf('what do ya want for nothing?', key, 64)).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
  expect(hashOf('what do ya want for nothing?', key, 10)).toBe('5bdcc146bf')
})
