import { anonymous, describePrincipal, isSamePrincipal, type Principal } from '../../lib/rights/principal.js'

const PUBLIC = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
const all: Principal[] = [
  anonymous,
  { kind: 'key', id: PUBLIC },
  { kind: 'uid', id: 0 },
  { kind: 'uid', id: 1000 },
  { kind: 'certificate', id: '1000' },
  { kind: 'job', id: 'any/default a.question' },
]

test('each is shown by what is known of it', () => {
  const shown = ['anonymous', `key ${PUBLIC}`, 'uid 0', 'uid 1000', 'certificate "1000"', 'job any/default a.question']
  expect(all.map(describePrincipal)).toEqual(shown)
  expect(describePrincipal({ kind: 'key', id: PUBLIC, name: 'lab' })).toBe('key lab')
})

test('a name in a certificate can write no line of its own', () => {
  expect(describePrincipal({ kind: 'certificate', id: 'a" uid 0\n' })).toBe('certificate "a\\" uid 0\\n"')
})

test('each is itself and no other, whatever a key is called', () => {
  for (const one of all) for (const other of all) expect(isSamePrincipal(one, other)).toBe(one === other)
  expect(isSamePrincipal({ kind: 'key', id: PUBLIC, name: 'a' }, { kind: 'key', id: PUBLIC, name: 'b' })).toBe(true)
  expect(isSamePrincipal({ kind: 'key', id: PUBLIC, name: 'a' }, { kind: 'key', id: '', name: 'a' })).toBe(false)
  expect(isSamePrincipal({ kind: 'uid', id: 1000 }, { kind: 'certificate', id: '1000' })).toBe(false)
})
