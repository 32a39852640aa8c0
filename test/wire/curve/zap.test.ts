import { createRequire } from 'node:module'
import type * as Zmq from 'zeromq'
import { KeyPair } from '../../../lib/wire/curve/key-pair.js'
import { addGate, answerTo, type Asked } from '../../../lib/wire/curve/zap.js'
import { keyBytes } from '../../../lib/wire/curve/z85.js'

const { Router } = createRequire(import.meta.url)('zeromq') as typeof Zmq

function question(domain: string, mechanism: string, key: Uint8Array): Buffer[] {
  const texts = ['1.0', 'id 7', domain, '192.0.2.1', 'identity', mechanism]
  return [...texts.map((text) => Buffer.from(text)), Buffer.from(key)]
}

const publicKey = KeyPair.make().publicKey
const key = keyBytes(publicKey) ?? Buffer.alloc(0)
const no = ['1.0', 'id 7', '400', 'no', '', '']
const answer = (asked: readonly Uint8Array[]): string[] => answerTo(asked).map(String)

const [isTrue, isFalse] = [() => true, () => false]

test('the gate of the domain decides, with the key and the address', async () => {
  const asked: Asked[] = []
  const leave = await addGate('lab', {
    judge: (one) => {
      asked.push(one)
      return { isIn: true, user: 'anna' }
    },
  })
  expect(answer(question('lab', 'CURVE', key))).toEqual(['1.0', 'id 7', '200', 'ok', 'anna', ''])
  expect(asked).toEqual([{ publicKey, address: '192.0.2.1' }])
  expect(answer(question('other', 'CURVE', key))).toEqual(no)
  leave()
  leave()
  expect(answer(question('lab', 'CURVE', key))).toEqual(no)
})

test('nobody gets in without a key, by another mechanism, or by a gate that fails', async () => {
  let isAsked = false
  const leave = await addGate('lab', {
    judge: () => {
      isAsked = true
      throw new Error('no such file')
    },
  })
  expect(answer(question('lab', 'NULL', new Uint8Array()))).toEqual(no)
  expect(answer(question('lab', 'PLAIN', key))).toEqual(no)
  expect(answer(question('lab', 'CURVE', key.subarray(1)))).toEqual(no)
  expect(isAsked).toBe(false)
  expect(answer(question('lab', 'CURVE', key))).toEqual(no)
  expect(isAsked).toBe(true)
  expect(answer([])).toEqual(['1.0', '', '400', 'no', '', ''])
  leave()
})

test('gates come and go, and another handler in this process is told of', async () => {
  const gate = { judge: () => ({ isIn: false }) as const }
  for (let k = 0; k < 3; k++) {
    const leaves = await Promise.all([addGate('a', gate), addGate('b', gate)])
    for (const leave of leaves) leave()
  }
  const other = new Router({ linger: 0 })
  // The last gate's socket has the address until ZeroMQ has seen that it was closed.
  while (!(await other.bind('inproc://zeromq.zap.01').then(isTrue, isFalse)));
  await expect(addGate('a', gate)).rejects.toThrow('another part of this process handles ZAP (EADDRINUSE)')
  other.close()
  const leave = await addGate('a', gate)
  leave()
})
