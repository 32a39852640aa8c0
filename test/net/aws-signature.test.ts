import { expect, test } from '@jest/globals'
import { awsPath, signAws } from '../../lib/net/aws-signature.js'

// The examples that AWS has published for S3, with the signatures that they give.
const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const scope = { keys, region: 'us-east-1', wallMs: Date.UTC(2013, 4, 24) }
const host = 'https://examplebucket.s3.amazonaws.com'
const none = Buffer.alloc(0)

test.each([
  [
    'reads part of an object',
    { method: 'GET', url: new URL(`${host}/test.txt`), headers: { range: 'bytes=0-9' }, body: none },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'writes an object',
    {
      method: 'PUT',
      url: new URL(`${host}${awsPath('test$file.text')}`),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: Buffer.from('Welcome to Amazon S3.'),
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'has a query without a value',
    { method: 'GET', url: new URL(`${host}/?lifecycle`), headers: {}, body: none },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'has a query with values',
    { method: 'GET', url: new URL(`${host}/?prefix=J&max-keys=2`), headers: {}, body: none },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])('signs what %s as AWS does', (_, request, signature) => {
  expect(signAws(request, scope)['authorization']).toMatch(new RegExp(`, Signature=${signature}$`))
})

test('keys that last for a time have their token signed', () => {
  const request = { method: 'GET', url: new URL(`${host}/a`), headers: {}, body: none }
  const headers = signAws(request, { ...scope, keys: { ...keys, sessionToken: 'token' } })
  expect(headers['x-amz-security-token']).toBe('token')
  expect(headers['authorization']).toMatch(/SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/)
})
