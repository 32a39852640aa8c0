import { ValidateIdea } from '../../cogs/validate-idea.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const GOOD = { Format: 'IDEA0', ID: 'a1', DetectTime: '2026-11-21T09:00:00Z', Category: ['Recon.Scanning'] }

test('passes the very message that is good', () => {
  const [out] = [...(new ValidateIdea(testTrain().train).turn(GOOD) as Iterable<unknown>)]
  expect(out).toBe(GOOD)
})

test('diverts any other with its faults', async () => {
  const { train, pass, dead } = testTrain()
  await pass([new ValidateIdea(train)], [{ ...GOOD, Source: [{ IP4: ['x'] }], DetectTime: 'now' }])
  expect((dead[0]?.error.cause as { faults: string[] }).faults).toEqual([
    '/DetectTime must be a time as RFC 3339 has it: it is "now"',
    '/Source/0/IP4/0 must be an IPv4 address, network or range: it is "x"',
  ])
})

test('looks at a part of the datum', () => {
  const cog = new ValidateIdea<object>(testTrain().train, { getter: itemGetter('idea') })
  expect(cog.turn({ idea: GOOD })).toEqual([{ idea: GOOD }])
  expect(() => cog.turn({})).toThrow('the message must be an object: it is undefined')
})
