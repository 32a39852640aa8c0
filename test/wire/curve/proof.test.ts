import { KeyPair } from '../../../lib/wire/curve/key-pair.js'
import { Identification, Prover } from '../../../lib/wire/curve/proof.js'

const REQUEST = { id: '0000002a', type: 'SET', target: 'heater.setpoint' }

function start() {
  const [server, anna, bob, stranger] = [KeyPair.make(), KeyPair.make(), KeyPair.make(), KeyPair.make()]
  const names = new Map([
    [anna.publicKey, 'anna'],
    [bob.publicKey, 'bob'],
  ])
  const identification = new Identification({ keys: server, nameOf: (key) => names.get(key) ?? null })
  const proofOf = (keys: KeyPair, serverKey = server.publicKey) => new Prover({ keys, serverKey }).proofOf(REQUEST)
  return { server, anna, bob, stranger, names, identification, proofOf }
}

const anonymous = { kind: 'anonymous' }

test('a request is known by the key that it was made with', () => {
  const { anna, bob, identification, proofOf } = start()
  expect(identification.principalOf(proofOf(anna), REQUEST)).toEqual({ kind: 'key', id: anna.publicKey, name: 'anna' })
  expect(identification.principalOf(proofOf(bob), REQUEST)).toEqual({ kind: 'key', id: bob.publicKey, name: 'bob' })
})

test('one listed client is never taken for another, whatever it puts together', () => {
  const { anna, bob, server, identification, proofOf } = start()
  const [mine, code] = [proofOf(bob).slice(0, 40), proofOf(bob).slice(40)]
  expect(identification.principalOf(anna.publicKey + code, REQUEST)).toEqual(anonymous)
  // All that it has: its own keys, and everybody's public ones.
  for (const serverKey of [server.publicKey, anna.publicKey, bob.publicKey])
    expect(identification.principalOf(anna.publicKey + proofOf(bob, serverKey).slice(40), REQUEST)).toEqual(anonymous)
  expect(mine).toBe(bob.publicKey)
})

test('a proof is good for its own request alone', () => {
  const { anna, identification, proofOf } = start()
  const proof = proofOf(anna)
  for (const other of [{ id: '0000002b' }, { type: 'CALL' }, { target: 'heater.power' }])
    expect(identification.principalOf(proof, { ...REQUEST, ...other })).toEqual(anonymous)
  const shifted = { id: '0000002a","SET', type: 'heater.setpoint', target: '' }
  expect(identification.principalOf(proof, shifted)).toEqual(anonymous)
})

test('a proof for another server is none here', () => {
  const { anna, identification, proofOf } = start()
  expect(identification.principalOf(proofOf(anna, KeyPair.make().publicKey), REQUEST)).toEqual(anonymous)
})

test('who is not listed is nobody, and so is who is no more', () => {
  const { anna, stranger, names, identification, proofOf } = start()
  expect(identification.principalOf(proofOf(stranger), REQUEST)).toEqual(anonymous)
  expect(identification.principalOf(proofOf(anna), REQUEST)).not.toEqual(anonymous)
  names.delete(anna.publicKey)
  expect(identification.principalOf(proofOf(anna), REQUEST)).toEqual(anonymous)
  names.set(anna.publicKey, 'anna again')
  expect(identification.principalOf(proofOf(anna), REQUEST)).toMatchObject({ name: 'anna again' })
})

test('what is no proof at all is nobody', () => {
  const { anna, identification, proofOf } = start()
  const proof = proofOf(anna)
  const others = [undefined, null, 7, {}, '', proof.slice(1), `${proof}=`, proof.slice(0, 82) + ' ', 'ä'.repeat(83)]
  for (const auth of others) expect(identification.principalOf(auth, REQUEST)).toEqual(anonymous)
})
