import { keyBytes, keyText, requireKey } from '../../../lib/wire/curve/z85.js'

// The examples of ZeroMQ's own manual: zmq_curve(7).
const PUBLIC = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID'
const PUBLIC_HEX = 'bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518'

test('a key is written as ZeroMQ writes it', () => {
  expect(keyText(Buffer.from(PUBLIC_HEX, 'hex'))).toBe(PUBLIC)
  expect(keyBytes(PUBLIC)?.toString('hex')).toBe(PUBLIC_HEX)
})

test('every key comes back from its text', () => {
  for (let k = 0; k < 256; k++) {
    const bytes = Buffer.alloc(32, k)
    expect(keyBytes(keyText(bytes))).toEqual(bytes)
  }
})

test.each(['', PUBLIC.slice(1), `${PUBLIC}0`, PUBLIC.replace('Y', ' '), PUBLIC.replace('Y', '"'), '#'.repeat(40)])(
  '%j is no key',
  (text) => {
    expect(keyBytes(text)).toBeNull()
  },
)

test('what is no key is told without showing it', () => {
  expect(() => requireKey('s3cret', 'a secret key')).toThrow(
    'a secret key must be a key of 40 characters of Z85: it is one of 6 characters',
  )
  expect(() => requireKey({ secret: 1 }, 'a secret key')).toThrow('it is "object"')
})
