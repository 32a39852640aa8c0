import { SECRET_KINDS, isCardNumber, isIban } from '../../lib/text/secrets.js'

function found(kind: string, text: string): string[] {
  const { pattern, isOne = () => true, keeps = () => 0 } = SECRET_KINDS[kind] ?? { pattern: /$^/g }
  return [...text.matchAll(pattern)]
    .map(([all]) => all)
    .filter(isOne)
    .map((all) => all.slice(keeps(all)))
}

test.each([
  ['card', 'paid with 4111-1111-1111-1111, then 378282246310005.', ['4111-1111-1111-1111', '378282246310005']],
  ['card', 'id 4111111111111112 at 1795251600123 v1.4111111111111111 0000000000000000', []],
  ['email', 'from <anna.b+c@mail.example.org> to root@localhost', ['anna.b+c@mail.example.org']],
  [
    'iban',
    'to GB82 WEST 1234 5698 7654 32 or DE89370400440532013000',
    ['GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000'],
  ],
  ['iban', 'to GB83 WEST 1234 5698 7654 32', []],
  [
    'jwt',
    'token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl;',
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
  ],
  ['bearer', 'Authorization: Bearer abc.def-123 x', ['abc.def-123']],
  ['bearer', 'authorization: basic YW5uYTpzZWNyZXQ=', ['YW5uYTpzZWNyZXQ=']],
  ['url-password', 'connect postgres://anna:s3cret@db.example/x and http://a.example:80/@b', ['s3cret']],
  ['aws-key', 'AKIAIOSFODNN7EXAMPLE', ['AKIAIOSFODNN7EXAMPLE']],
  [
    'private-key',
    'k -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x',
    [expect.stringMatching(/^-----BEGIN/)],
  ],
])('%s in %s', (kind, text, secrets) => {
  expect(found(kind, text)).toEqual(secrets)
})

test('card numbers have their check digit (as the test numbers of the card companies)', () => {
  const good = ['5555555555554444', '6011111111111117', '30569309025904', '3530111333300000', '4012 8888 8888 1881']
  expect(good.map(isCardNumber)).toEqual(good.map(() => true))
  expect(['', '0000000000000000', '411111111111', '4111x111'].map(isCardNumber)).toEqual([false, false, false, false])
})

test('account numbers have their remainder', () => {
  expect(['FR1420041010050500013M02606', 'NO9386011117947', 'BE68 5390 0754 7034'].map(isIban)).toEqual([
    true,
    true,
    true,
  ])
  expect(['', 'XX00', 'FR1420041010050500013M02607'].map(isIban)).toEqual([false, false, false])
})

test('no kind takes long on a text that is made for it', () => {
  const long = 60_000
  const texts = [
    '1 ',
    '1-',
    'a.',
    'a@a.',
    'eyJaaaaaaaa.',
    'Bearer ',
    'a://a:',
    'AA00 ',
    '-----BEGIN PRIVATE KEY-----',
  ].map((piece) => piece.repeat(long / piece.length))
  for (const kind of Object.keys(SECRET_KINDS)) {
    for (const text of texts) expect(found(kind, text).length).toBeLessThan(long)
  }
})
