import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { readCodeEntry } from '../../../lib/runner/code/code-entry.js'
import { readClosure } from '../../../lib/runner/code/closure.js'
import { readModuleEntry } from '../../../lib/runner/code/module-entry.js'
import { checkSignature, signatureOf, signerOf, type Signature } from '../../../lib/runner/code/signature.js'
import { Keys } from '../../../lib/runner/keys.js'

function keyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

const own = keyPem()
const other = keyPem()
const signers = [signerOf(own)]
const entry = readCodeEntry({ code: 'return 42', vars: ['n'] }, 'a')

function codeOfRefusal(kind: 'code' | 'module', path: string, signed: { code: string; signature?: Signature }): string {
  try {
    checkSignature(kind, path, signed, signers)
    return 'accepted'
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message.split(':')[0]}`
  }
}

test('what was signed by one of the signers is accepted, and its info may be another', () => {
  const signed = { ...entry, signature: signatureOf('code', 'a', entry, own) }
  expect(signed.signature.signer).toBe(signers[0])
  expect(codeOfRefusal('code', 'a', signed)).toBe('accepted')
  expect(codeOfRefusal('code', 'a', { ...signed, info: 'what it is for' } as typeof signed)).toBe('accepted')
})

test('nothing else is: another text, path or kind, another input, nobody, a stranger, or what is no signature', () => {
  const signature = signatureOf('code', 'a', entry, own)
  const signed = { ...entry, signature }
  const changed = 'ERR_CODE_SIGNATURE code a was changed after it was signed'
  expect(codeOfRefusal('code', 'a', { ...signed, code: 'return 43' })).toBe(changed)
  expect(codeOfRefusal('code', 'a', { ...signed, vars: ['m'] } as typeof signed)).toBe(changed)
  expect(codeOfRefusal('code', 'b', signed)).toMatch(/code b was changed/)
  expect(codeOfRefusal('module', 'a', signed)).toMatch(/module a was changed/)
  expect(codeOfRefusal('code', 'a', entry)).toBe('ERR_CODE_SIGNATURE code a has no signature')
  const strange = { ...entry, signature: signatureOf('code', 'a', entry, other) }
  expect(codeOfRefusal('code', 'a', strange)).toMatch(/code a was signed by /)
  expect(codeOfRefusal('code', 'a', { ...entry, signature: { ...signature, value: 'AAAA' } })).toBe(changed)
  expect(
    codeOfRefusal('code', 'a', { ...strange, signature: { ...strange.signature, signer: signers[0] ?? '' } }),
  ).toBe(changed)
})

test('a signer that is no key proves nothing', () => {
  const signed = { ...entry, signature: { signer: 'mallory', value: '' } }
  expect(() => checkSignature('code', 'a', signed, ['mallory'])).toThrow(/was changed/)
})

test('only an ed25519 key signs', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  for (const key of [rsa, 'nothing']) {
    expect(() => signatureOf('code', 'a', entry, key)).toThrow(
      expect.objectContaining({
        code: 'ERR_CODE_SIGNATURE',
        message: expect.stringMatching(/^the key must be ed25519 in PEM/),
      }),
    )
  }
})

test('a node that demands signatures demands them of every module, too', async () => {
  const kv = new MemoryBackend()
  const keys = new Keys()
  const code = readCodeEntry({ code: '', requires: ['m'] }, 'a')
  const module = readModuleEntry({ code: 'export {}' }, 'm')
  const put = (key: string, value: object) => kv.put(key, JSON.stringify(value))
  await put(keys.code(['a']), { ...code, signature: signatureOf('code', 'a', code, own) })
  await put(keys.module(['m']), module)
  await expect(readClosure(kv, keys, ['a'])).resolves.toMatchObject({ path: 'a' })
  await expect(readClosure(kv, keys, ['a'], { signers })).rejects.toThrow(/^module m has no signature/)
  await put(keys.module(['m']), { ...module, signature: signatureOf('module', 'm', module, own) })
  await expect(readClosure(kv, keys, ['a'], { signers })).resolves.toMatchObject({ path: 'a' })
  await expect(readClosure(kv, keys, ['a'], { signers: [] })).rejects.toThrow(/^code a was signed by/)
})
