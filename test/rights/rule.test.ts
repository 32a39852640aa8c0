import type { Principal } from '../../lib/rights/principal.js'
import { PATH_CHARACTERS_MAX, allows, cut, patternOf, whoOf, type Rule } from '../../lib/rights/rule.js'

const PUBLIC = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
const OTHER = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID'
const principals: Record<string, Principal> = {
  anonymous: { kind: 'anonymous' },
  lab: { kind: 'key', id: PUBLIC, name: 'lab' },
  unnamed: { kind: 'key', id: OTHER },
  user: { kind: 'uid', id: 1000 },
  root: { kind: 'uid', id: 0 },
  certificate: { kind: 'certificate', id: 'lab' },
  job: { kind: 'job', id: 'any/default a.question' },
}

test.each([
  ['anyone', Object.keys(principals)],
  ['anonymous', ['anonymous']],
  ['key lab', ['lab']],
  [`key ${PUBLIC}`, ['lab']],
  [`key ${OTHER}`, ['unnamed']],
  ['key 1000', []],
  ['uid 1000', ['user']],
  ['uid 0', ['root']],
  ['certificate lab', ['certificate']],
  ['job any/default a.*', ['job']],
  ['job *', ['job']],
  ['job any/other a.*', []],
])('%s means those', (text, names) => {
  const who = whoOf(text)
  const meant = Object.entries(principals).filter(([, principal]) => who?.(principal))
  expect(meant.map(([name]) => name)).toEqual(names)
})

test.each(['', 'lab', 'key', 'key ', 'uid', 'uid lab', 'uid -1', 'uid 1e3', 'anyone else', 'Anyone', 'user 1000'])(
  '%j means nobody, and is refused',
  (text) => {
    expect(whoOf(text)).toBeNull()
  },
)

test('a key that is called like a public key is none', () => {
  const imitator: Principal = { kind: 'key', id: OTHER, name: PUBLIC }
  expect(whoOf(`key ${PUBLIC}`)?.(imitator)).toBe(false)
})

function rule(on: string): Rule {
  return { who: [() => true], may: new Set(['read']), on: [patternOf(on)] }
}

test.each([
  ['heater.temp', 'heater.temp', true],
  ['Heater.Temp', 'HEATER.temp', true],
  ['heater.*', 'heater.temp', true],
  ['*', 'heater.temp', true],
  ['heater.?', 'heater.ab', false],
  ['heater', 'heater.temp', false],
  ['*', '/deadbeat/rights', false],
  ['*rights', '/deadbeat/rights', false],
  ['/*', '/deadbeat/rights', true],
  ['/*', 'heater.temp', false],
  ['/lab/*', '/lab/a/b', true],
  ['/lab/*', '/Lab/a', false],
  ['/lab/*', '/laboratory', false],
])('%s is asked for %s: %s', (on, path, isAllowed) => {
  expect(allows(rule(on), { kind: 'anonymous' }, 'read', path)).toBe(isAllowed)
})

test('another right is not allowed along', () => {
  for (const right of ['set', 'call', 'run'] as const)
    expect(allows(rule('*'), { kind: 'anonymous' }, right, 'a.b')).toBe(false)
})

test('a path beyond all measure is refused unseen', () => {
  const path = (length: number): string => 'a'.repeat(length)
  expect(allows(rule('*'), { kind: 'anonymous' }, 'read', path(PATH_CHARACTERS_MAX))).toBe(true)
  expect(allows(rule('*'), { kind: 'anonymous' }, 'read', path(PATH_CHARACTERS_MAX + 1))).toBe(false)
})

test('a text is cut at its first space', () => {
  expect([cut('key a b'), cut('anyone'), cut('')]).toEqual([['key', 'a b'], ['anyone'], ['']])
})
