import { expect, test } from '@jest/globals'
import { snapshotOf } from '../../../lib/movement/cut/snapshot.js'

test('a snapshot is taken as it is', () => {
  expect(snapshotOf('Count', { snapshot: () => ({ n: 1 }) })).toEqual({ n: 1 })
})

test('one that throws says whose it is, with the cause', () => {
  const broken = () => snapshotOf('Count', { snapshot: () => ([] as number[][])[0]?.concat() ?? fail() })
  const fail = (): never => {
    throw new Error('no memory')
  }
  expect(broken).toThrow('Count could not make its snapshot: no memory')
})

test('one that would not come back as it is, is refused', () => {
  expect(() => snapshotOf('Count', { snapshot: () => new Date(0) as never })).toThrow(
    /the snapshot of Count must be JSON/,
  )
})
