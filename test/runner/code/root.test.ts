import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { elementsOf, rootSettings, Shared } from '../../../lib/runner/code/root.js'

const made = () => ({
  ready: Promise.resolve(),
  isDisposed: false,
  [Symbol.asyncDispose]() {
    this.isDisposed = true
    return Promise.resolve()
  },
})

test('a name is dotted or a list', () => {
  expect([elementsOf('a.b'), elementsOf(['a.b'])]).toEqual([['a', 'b'], ['a.b']])
})

test('what is not given is filled in', () => {
  const kv = new MemoryBackend()
  expect(rootSettings(kv, {})).toMatchObject({ kv, below: [], signing: {}, retryMs: 1000 })
  expect(rootSettings(kv, { signers: ['k'] }).signing).toEqual({ signers: ['k'] })
  expect(rootSettings(kv, { prefix: '/x', below: 'a.b' })).toMatchObject({ keys: { prefix: '/x' }, below: ['a', 'b'] })
})

test('an instance is forgotten with its last user, and not before', () => {
  const shared = new Shared(made)
  const kv = new MemoryBackend()
  const first = shared.get(kv, {})
  expect(shared.get(kv, { prefix: '/deadbeat', below: [] })).toBe(first)
  expect(shared.release(first)).toBe(false)
  expect(shared.get(kv, {})).toBe(first)
  expect([shared.release(first), shared.release(first)]).toEqual([false, true])
  const second = shared.get(kv, {})
  expect(second).not.toBe(first)
  shared.release(first) // Once too often.
  expect(shared.get(kv, {})).toBe(second)
})

test('one that does not come to be ready is let go of', async () => {
  const failing = { ...made(), ready: Promise.reject(new Error('no store')) }
  const kv = new MemoryBackend()
  const shared = new Shared(() => failing)
  await expect(shared.open(kv, {})).rejects.toThrow('no store')
  expect(failing.isDisposed).toBe(true)
  expect(await new Shared(made).open(kv, {})).toMatchObject({ isDisposed: false })
})

test('other databases, prefixes, parts, nodes and signers have others', () => {
  const shared = new Shared(made)
  const kv = new MemoryBackend()
  const all = [{}, { prefix: '/x' }, { below: 'a' }, { node: 'n' }, { signers: [] }].map((options) =>
    shared.get(kv, options),
  )
  expect(new Set([...all, shared.get(new MemoryBackend(), {})]).size).toBe(6)
})

test('one that is not shared has no other users', () => {
  expect(new Shared(made).release(made())).toBe(true)
})
