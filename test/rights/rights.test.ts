import { readRules } from '../../lib/rights/read-rules.js'
import { ForbiddenError, Rights } from '../../lib/rights/rights.js'
import { RIGHTS } from '../../lib/rights/rule.js'
import type { Principal } from '../../lib/rights/principal.js'

const anna: Principal = { kind: 'key', id: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', name: 'anna' }

test('without rules its own user and root may all, and nobody else anything', () => {
  const rights = new Rights({ ownUid: 1000 })
  for (const right of RIGHTS) {
    expect(rights.may({ kind: 'uid', id: 1000 }, right, 'a.b')).toBe(true)
    expect(rights.may({ kind: 'uid', id: 0 }, right, '/a')).toBe(true)
    for (const stranger of [
      { kind: 'uid', id: 1001 },
      anna,
      { kind: 'anonymous' },
      { kind: 'certificate', id: '0' },
    ] as const)
      expect(rights.may(stranger, right, 'a.b')).toBe(false)
  }
})

test('its own user is that of the process', () => {
  expect(new Rights().may({ kind: 'uid', id: process.getuid?.() ?? -1 }, 'set', 'a.b')).toBe(true)
})

test('who is not known may all where that is trusted, and a key then still nothing', () => {
  const rights = new Rights({ trustsAnonymous: true, ownUid: 1 })
  expect(rights.may({ kind: 'anonymous' }, 'set', 'a.b')).toBe(true)
  expect(rights.may(anna, 'set', 'a.b')).toBe(false)
})

test('rules are asked each time, so that new ones count at once', () => {
  let rules = readRules({})
  const rights = new Rights({ rules: () => rules, ownUid: 1 })
  expect(rights.may(anna, 'read', 'a.b')).toBe(false)
  rules = readRules({ rules: [{ who: 'key anna', may: 'read', on: 'a.*' }] })
  expect(rights.may(anna, 'read', 'a.b')).toBe(true)
})

test('a refusal says who may not do what, and can forge no line', () => {
  const rights = new Rights({ ownUid: 1 })
  const refused = (): void => rights.require(anna, 'set', 'a.b\nroot may')
  expect(refused).toThrow('key anna may not set "a.b\\nroot may": no rule of the rights here allows it')
  expect(refused).toThrow(ForbiddenError)
  expect(refused).toThrow(expect.objectContaining({ code: 'ERR_FORBIDDEN', principal: anna, right: 'set' }) as Error)
})
