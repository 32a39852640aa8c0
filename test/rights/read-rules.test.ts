import { readRules } from '../../lib/rights/read-rules.js'
import { Rights } from '../../lib/rights/rights.js'

test('one text stands for a list of one, and groups for their members', () => {
  const rules = readRules({
    groups: { operators: ['key anna', 'uid 1000'], none: 'key nobody' },
    rules: [{ who: ['group operators', 'anonymous'], may: 'read', on: ['Heater.*', '/lab/*'] }],
  })
  const rights = new Rights({ rules: () => rules, ownUid: 1 })
  expect(rights.may({ kind: 'uid', id: 1000 }, 'read', 'heater.temp')).toBe(true)
  expect(rights.may({ kind: 'key', id: '', name: 'anna' }, 'read', '/lab/x')).toBe(true)
  expect(rights.may({ kind: 'anonymous' }, 'read', 'heater.temp')).toBe(true)
  expect(rights.may({ kind: 'uid', id: 1001 }, 'read', 'heater.temp')).toBe(false)
})

test('nothing written allows nothing', () => {
  expect([readRules({}), readRules({ rules: [] }), readRules({ groups: {} })]).toEqual([[], [], []])
})

test('everything that is wrong is told at once, with its place', () => {
  const document = {
    rule: [],
    groups: { __proto__x: [], bad: 'bob', nested: 'group bad' },
    rules: [
      { who: 'group nobody', may: ['read', 'write'], on: 'a.*', colour: 1 },
      { who: 7, may: 'read' },
      'all',
      { who: 'anyone', may: 'read', on: ['', 'x'.repeat(257)] },
    ],
  }
  let faults: readonly string[] = []
  try {
    readRules(document, (keys) => `f:${keys.join('.')}`)
  } catch (error) {
    faults = (error as { faults: string[] }).faults
  }
  const forms =
    'anyone, anonymous, key NAME, key PUBLIC-KEY, uid NUMBER, certificate NAME, job PATTERN or group NAME: it is'
  expect(faults).toEqual([
    'f:rule: rights must have groups, rules only: it has "rule"',
    'f:groups.__proto__x: groups.__proto__x must be a text or a list of 1 to 1000 texts: it is []',
    `f:groups.bad: groups.bad must be ${forms} "bob"`,
    `f:groups.nested: groups.nested must be ${forms} "group bad"`,
    'f:rules.colour: rules[0] must have who, may, on only: it has "colour"',
    'f:rules: rules[0].may must be of read, set, call, run: it has "write"',
    'f:rules: rules[0].who must name a group of groups (__proto__x, bad, nested): it is "group nobody"',
    'f:rules: rules[1].on must be a text or a list of 1 to 1000 texts: it is undefined',
    'f:rules: rules[1].who must be a text or a list of 1 to 1000 texts: it is 7',
    'f:rules: rules[2] must be an object: it is "all"',
    'f:rules: rules[3].on must be patterns of 1 to 256 characters: it has ""',
    expect.stringMatching(/^f:rules: rules\[3\]\.on must be patterns of 1 to 256 characters: it has "x+\.\.\.$/),
  ])
})

test.each([null, 7, 'all', [], [{}]])('%j is no document of rights', (document) => {
  expect(() => readRules(document)).toThrow('rights must be an object')
})

test.each([{ rules: {} }, { rules: 'all' }, { rules: Array.from({ length: 1_001 }, () => ({})) }])(
  'rules that are no list of measure are refused',
  (document) => {
    expect(() => readRules(document)).toThrow('rules must be a list of at most 1000')
  },
)

test('names of the prototype are names like any other', () => {
  const document = JSON.parse(
    '{"groups":{"__proto__":"anyone"},"rules":[{"who":"group __proto__","may":"read","on":"a"}]}',
  )
  const rights = new Rights({ rules: () => readRules(document), ownUid: 1 })
  expect(rights.may({ kind: 'anonymous' }, 'read', 'a')).toBe(true)
  expect(() => readRules(JSON.parse('{"__proto__":{"rules":[]}}'))).toThrow('it has "__proto__"')
  expect(() => readRules({ rules: [{ who: 'group constructor', may: 'read', on: 'a' }] })).toThrow('must name a group')
})
