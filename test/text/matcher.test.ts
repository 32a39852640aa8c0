import { Matcher, type MatchLimits } from '../../lib/text/matcher.js'

const LIMITS: MatchLimits = { lengthMax: 100, slowMs: 50, limitMs: 0 }

/** A matcher on a clock on which each look takes `takesMs`. */
function start(some: Partial<MatchLimits> = {}, pattern = /(?<n>\d+)/, engine: 'node' | 're2js' = 'node') {
  const world = { nowMs: 0, takesMs: 0, told: [] as unknown[] }
  const watch = {
    now: () => (world.nowMs += world.takesMs),
    slow: (...told: unknown[]) => void world.told.push(told),
  }
  const limits = { ...LIMITS, ...some }
  return { world, limits, matcher: new Matcher(pattern, engine, limits, watch) }
}

test.each(['node', 're2js'] as const)('%s gives named groups, undefined for one that took no part', (engine) => {
  const { matcher } = start({}, /^(?<a>A)(?:(?<b>b)|c)$/i, engine)
  expect(matcher.names).toEqual(['a', 'b'])
  expect({ ...matcher.match('ac') }).toEqual({ a: 'a', b: undefined })
  expect(matcher.match('x')).toBeNull()
})

test.each(['node', 're2js'] as const)('%s looks from the beginning every time', (engine) => {
  const { matcher } = start({}, /(?<n>\d)/gy, engine)
  expect([matcher.match('1')?.n, matcher.match('2')?.n]).toEqual(['1', '2'])
})

test('tells a slow match once, also one that is given up', () => {
  const { world, limits, matcher } = start({ limitMs: 10 }, /^(?<a>(?:a+)+)$/)
  world.takesMs = 51
  expect(() => matcher.match(`${'a'.repeat(40)}b`)).toThrow(RangeError)
  Object.assign(limits, { limitMs: 0 }) // They are looked at anew.
  matcher.match('a')
  expect(world.told).toEqual([['^(?<a>(?:a+)+)$', 51, 41]])
})

test('is never slow with slowMs 0', () => {
  const { world, matcher } = start({ slowMs: 0 })
  world.takesMs = 1000
  matcher.match('1')
  expect(world.told).toEqual([])
})

test('hands on what the match itself throws', () => {
  expect(() => start({ lengthMax: 2 }).matcher.match('123')).toThrow('at most 2 characters (lengthMax): it has 3')
})

test('knows what re2js cannot do', () => {
  expect(() => start({}, /(?=a)(?<a>a)\1/, 're2js')).toThrow(SyntaxError)
})
