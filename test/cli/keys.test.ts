import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, jest, test } from '@jest/globals'
import { keys, type KeysVerb } from '../../lib/cli/keys.js'
import { KeyDirectory } from '../../lib/wire/curve/key-directory.js'
import { KeyPair } from '../../lib/wire/curve/key-pair.js'
import { temporary } from '../support/temporary.js'

afterEach(() => {
  jest.restoreAllMocks()
})

function start() {
  const directory = temporary()
  const said: string[] = []
  const complained: string[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => complained.push(String(text)) > 0)
  const act = (verb: KeysVerb, ...words: string[]) => keys(verb, words, { directory, isJson: false })
  const ask = async (verb: KeysVerb, ...words: string[]): Promise<unknown> => {
    said.length = 0
    await keys(verb, words, { directory, isJson: true })
    return JSON.parse(said.join(''))
  }
  return { directory, here: new KeyDirectory(directory), said, complained, act, ask }
}

test('a pair is made and shown, and its secret half never', async () => {
  const { here, said, act } = start()
  expect(await act('new', 'heater')).toBe(0)
  const { publicKey, secretKey } = here.own('heater')
  await act('show', 'heater')
  await act('list')
  expect(said[0]).toContain(`made heater: ${publicKey}`)
  expect(said[1]).toBe(`${publicKey}\n`)
  expect(said[2]).toBe(`own     heater               ${publicKey}\n`)
  expect(said.join('')).not.toContain(secretKey)
})

test('clients and servers come and go, also as JSON', async () => {
  const { directory, ask, act, complained } = start()
  const [anna, far] = [KeyPair.make().publicKey, KeyPair.make().publicKey]
  expect(await ask('list')).toEqual({ directory, keys: [] })
  expect(await ask('allow', 'anna', anna)).toEqual({ name: 'anna', publicKey: anna })
  expect(await ask('know', 'far', far)).toEqual({ name: 'far', publicKey: far })
  expect(await ask('list')).toEqual({
    directory,
    keys: [
      { kind: 'client', name: 'anna', publicKey: anna },
      { kind: 'server', name: 'far', publicKey: far },
    ],
  })
  expect(await ask('forget', 'anna')).toEqual({ name: 'anna', forgotten: ['clients'] })
  expect(await act('forget', 'anna')).toBe(66)
  expect(complained).toEqual(['keys: there is no client and no server anna\n'])
})

test('what is wrong with a key is told, code 78', async () => {
  const { directory, act, complained } = start()
  await act('new', 'heater')
  expect(await act('new', 'heater')).toBe(78)
  expect(await act('allow', 'anna', 'nokey')).toBe(78)
  expect(await act('show', 'other')).toBe(78)
  chmodSync(join(directory, 'secret/heater.key_secret'), 0o644)
  expect(await act('list')).toBe(78)
  expect(complained).toHaveLength(4)
  expect(complained[1]).toBe('keys: a public key must be a key of 40 characters of Z85: it is one of 5 characters\n')
})

test('a damaged file of a client is told, and the others are listed all the same', async () => {
  const { directory, here, act, said, complained } = start()
  here.add('clients', 'anna', KeyPair.make().publicKey)
  writeFileSync(join(directory, 'clients/bad.key'), '')
  expect(await act('list')).toBe(78)
  expect(said.join('')).toMatch(/^client {2}anna /)
  expect(complained.join('')).toContain("bad.key can't be used")
})
