import { inspect } from 'node:util'
import { KeyPair, publicKeyObject } from '../../../lib/wire/curve/key-pair.js'

// The examples of ZeroMQ's own manual: zmq_curve(7).
const PAIRS = [
  ['rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6'],
  ['Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs'],
] as const

test.each(PAIRS)('the public half of a secret key is that of ZeroMQ: %s', (publicKey, secretKey) => {
  const keys = new KeyPair(secretKey)
  expect([keys.publicKey, keys.secretKey]).toEqual([publicKey, secretKey])
})

test('no two pairs that are made are the same', () => {
  expect(KeyPair.make().secretKey).not.toBe(KeyPair.make().secretKey)
})

test('nothing that prints objects shows a secret key', () => {
  const keys = KeyPair.make()
  const texts = [
    inspect(keys, { depth: 9, showHidden: true }),
    JSON.stringify(keys),
    JSON.stringify(Object.entries(keys)),
  ]
  for (const text of texts) {
    expect(text).toContain(keys.publicKey)
    expect(text).not.toContain(keys.secretKey)
  }
})

test('a public key with which everybody has the same secret is refused', () => {
  expect(() => publicKeyObject('0'.repeat(40))).toThrow(
    'must be a public key of curve25519: it is a point of low order',
  )
  expect(() => publicKeyObject('rq')).toThrow('a public key must be a key of 40 characters of Z85')
})
