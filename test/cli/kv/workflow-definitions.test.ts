import { expect, test } from '@jest/globals'
import { readWorkflows } from '../../../lib/cli/kv/workflow-definitions.js'

const read = (parsed: unknown) =>
  readWorkflows('file', parsed).keys.map(({ path, value }) => [path, JSON.parse(Buffer.from(value).toString())])

test('both forms give the same keys', () => {
  const flat = { workflows: [{ type: 'batch', id: 'imaging', version: '0.1.0', image: 'repo/imaging:0.1.0' }] }
  const structured = {
    repositories: [{ name: 'nexus', path: 'repo' }],
    workflows: [{ type: 'batch', id: 'imaging', repository: 'nexus', image: 'imaging', versions: ['0.1.0', '0.2.0'] }],
  }
  expect(read(flat)).toEqual([['/workflow/batch:imaging:0.1.0', { image: 'repo/imaging:0.1.0' }]])
  expect(read(structured)).toEqual([
    ['/workflow/batch:imaging:0.1.0', { image: 'repo/imaging:0.1.0' }],
    ['/workflow/batch:imaging:0.2.0', { image: 'repo/imaging:0.2.0' }],
  ])
})

const flow = { type: 'batch', id: 'i', image: 'x' }

test.each([
  [[], /it must have "workflows"/],
  [{}, /"workflows" must be a list of objects/],
  [{ workflows: [5] }, /"workflows" must be a list of objects/],
  [{ workflows: [{ ...flow, image: 5 }] }, /workflow 1 must have "image"/],
  [{ workflows: [flow] }, /workflow 1 must have "version"/],
  [{ workflows: [{ ...flow, versions: ['1'], repository: 'r' }] }, /of repository r, which isn't there/],
  [{ workflows: [{ ...flow, versions: '1', repository: 'r' }], repositories: [{ name: 'r', path: 'p' }] }, /a list of/],
  [
    { workflows: [{ ...flow, versions: [0.1], repository: 'r' }], repositories: [{ name: 'r', path: 'p' }] },
    /quote them/,
  ],
  [{ workflows: [], repositories: 'x' }, /"repositories" must be a list of objects/],
])('%j is refused with what is wrong', (parsed, message) => {
  expect(() => readWorkflows('file', parsed)).toThrow(message)
})
