import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { signerOf } from '../../../lib/runner/index.js'
import { scratch } from '../../app/scratch.js'
import { startCode } from './run-code.js'

function start() {
  const file = join(scratch({}), 'anna.pem')
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(file, pem)
  return { ...startCode(), file, signer: signerOf(pem) }
}

test('code and modules are signed as they are stored, each by itself', async () => {
  const { run, file, signer } = start()
  await run('module', 'set', 'm', '--text', '')
  await run('set', 'a', '--text', '', '--requires', 'm')
  expect((await run('sign', 'a', '--with', file)).stdout).toBe(`code a is signed by ${signer}\n`)
  expect((await run('check', '--signer', signer)).stdout).toMatch(/^module m has no signature/)
  await run('module', 'sign', 'm', '--with', file)
  expect((await run('check', '--signer', 'other', '--signer', signer)).status).toBe(0)
  expect((await run('check', '--signer', 'other')).status).toBe(65)
})

test('a text that changes loses its signature, and one that is only described anew keeps it', async () => {
  const { run, file, stored } = start()
  await run('set', 'a', '--text', 'return 1', '--sign-with', file)
  await run('set', 'a', '-i', 'one')
  expect(await stored('a')).toHaveProperty('signature')
  await run('set', 'a', '--text', 'return 2')
  expect(await stored('a')).not.toHaveProperty('signature')
})

test('what is no key, or not there, signs nothing', async () => {
  const { run, file } = start()
  await run('set', 'a', '--text', '')
  expect((await run('sign', 'b', '--with', file)).status).toBe(66)
  expect((await run('sign', 'a')).status).toBe(64)
  writeFileSync(file, 'nothing')
  expect(await run('sign', 'a', '--with', file)).toMatchObject({
    status: 77,
    stderr: expect.stringMatching(/the key must be ed25519/),
  })
})
