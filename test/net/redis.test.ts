import { expect, test } from '@jest/globals'
import { redisName } from '../../lib/net/redis.js'

// How it serves cogs, with a real server, is told by the tests of RedisStreamSupply.
test('names a server without its password', () => {
  expect(redisName('rediss://user:secret@redis.example:6380/1')).toBe('redis.example:6380')
})
