import { expect, test } from '@jest/globals'
import type { JobId } from '../../lib/runner/job/job-id.js'
import { Keys } from '../../lib/runner/keys.js'

const keys = new Keys()
const any: JobId = { kind: 'any', group: 'g', path: ['a', 'b'] }
const at: JobId = { kind: 'at', group: 'g', node: 'n', path: ['a', 'b'] }
const all: JobId = { kind: 'all', group: 'g', path: ['a', 'b'] }

test('a job lies below its kind and group, and of kind at its node', () => {
  expect([any, at, all].map((id) => keys.job(id))).toEqual([
    '/deadbeat/job/any/g/a/b',
    '/deadbeat/job/at/n/g/a/b',
    '/deadbeat/job/all/g/a/b',
  ])
})

test('each node has its own state of a job of kind all', () => {
  expect([any, at, all].map((id) => keys.state(id, 'me'))).toEqual([
    '/deadbeat/state/any/g/a/b',
    '/deadbeat/state/at/n/g/a/b',
    '/deadbeat/state/all/g/me/a/b',
  ])
  expect([any, at, all].map((id) => keys.log(id, 'me', 3, 0))).toEqual([
    '/deadbeat/log/any/g/3/0/a/b',
    '/deadbeat/log/at/n/g/3/0/a/b',
    '/deadbeat/log/all/g/me/3/0/a/b',
  ])
})

test.each([
  ['job', keys.jobs('any', 'g'), keys.job(any)],
  ['job at a node', keys.jobs('at', 'g', 'n'), keys.job(at)],
  ['state', keys.states('all', 'g', 'me'), keys.state(all, 'me')],
  ['claim', keys.claims('at', 'g', 'n'), keys.claim(at, 'me')],
  ['code', keys.code([]), keys.code(['a', 'b'])],
])('the path of a %s is what lies below the root', (_what, root, key) => {
  expect(keys.below(root, key)).toEqual(['a', 'b'])
  expect(keys.below(`${root}x`, key)).toBeNull()
})

test('names of groups and nodes are one segment, whatever is in them', () => {
  expect(new Keys('/p').member('any', '../x', 'a/b')).toBe('/p/member/any/..%2Fx/a%2Fb')
})

test.each([
  [{ kind: 'at', group: 'g', path: ['a'] }, /of kind at, and no other, names its node/],
  [{ kind: 'any', group: 'g', node: 'n', path: ['a'] }, /of kind at, and no other, names its node/],
  [{ kind: 'any', group: 'g', path: [] }, /must not be empty/],
  [{ kind: 'any', group: '', path: ['a'] }, /must not be empty/],
  [{ kind: 'some', group: 'g', path: ['a'] }, /kind must be one of any, at, all/],
])('%j is no job', (id, message) => {
  expect(() => keys.job(id as JobId)).toThrow(message)
})
