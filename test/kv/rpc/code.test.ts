import { status } from '@grpc/grpc-js'
import { Code } from '../../../lib/kv/rpc/code.js'

it('has the numbers of gRPC', () => {
  const { invalid, notFound, precondition, outOfRange, unavailable } = Code
  expect([invalid, notFound, precondition, outOfRange, unavailable]).toEqual([
    ...[status.INVALID_ARGUMENT, status.NOT_FOUND, status.FAILED_PRECONDITION, status.OUT_OF_RANGE],
    status.UNAVAILABLE,
  ])
  expect(new Set(Object.values(Code)).size).toBe(Object.keys(Code).length)
})
