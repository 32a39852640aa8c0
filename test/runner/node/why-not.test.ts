import { NEVER_RAN, readJobEntry } from '../../../lib/runner/index.js'
import { readGroupEntry } from '../../../lib/runner/node/group-entry.js'
import { whyNot } from '../../../lib/runner/node/why-not.js'
import { anyJob, atJob } from './kit.js'

const entry = readJobEntry({ code: 'x', target: 1 })
const job = { id: anyJob('a'), entry, state: NEVER_RAN, claimedBy: null, fault: null }
const member = (node: string, isDraining = false) => ({ node, capacity: 1, labels: {}, isDraining })
const group = (nodes: readonly ReturnType<typeof member>[], more = {}, load: Record<string, number> = {}) => ({
  group: readGroupEntry(more),
  members: new Map(nodes.map((one) => [one.node, one])),
  claims: new Map(Object.entries(load)),
})

it.each([
  [{ ...job, claimedBy: 'a' }, group([]), null],
  [{ ...job, fault: 'the job is wrong', entry: null }, group([]), 'the job is wrong'],
  [{ ...job, entry: readJobEntry({ code: 'x', target: null }) }, group([]), 'no target'],
  [{ ...job, entry: readJobEntry({ code: 'x', target: 130 }) }, group([]), 'target > started: in 30 s'],
  [
    {
      ...job,
      entry: readJobEntry({ code: 'x', target: 1, repeat: 60 }),
      state: { ...NEVER_RAN, started: 90, stopped: 95 },
    },
    group([]),
    'repeat: in 55 s',
  ],
  [
    {
      ...job,
      entry: readJobEntry({ code: 'x', target: 1, repeat: 60 }),
      state: { ...NEVER_RAN, started: 900, stopped: 950 },
    },
    group([]),
    'repeat: in 60 s at the latest',
  ],
  [job, group([member('a')], { paused: true }), 'the group is paused'],
  [job, group([]), 'the group has no member'],
  [{ ...job, id: atJob('b', 'a') }, group([member('a')]), 'node b is not there'],
  [job, group([member('a', true), member('b')], { draining: ['b'] }), 'every node that could run it drains'],
  [job, group([member('a')], {}, { a: 1 }), 'every node that could run it has all that it can take'],
  [job, group([member('a')]), 'it is about to start'],
])('case %#', (its, place, why) => {
  expect(whyNot(its, place, 100)).toBe(why)
})
