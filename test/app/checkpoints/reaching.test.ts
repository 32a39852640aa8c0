import { expect, test } from '@jest/globals'
import { kvBaseConfig } from '../../../lib/app/checkpoints/base-config.js'
import { reaching } from '../../../lib/app/checkpoints/reaching.js'
import { gather } from '../../../lib/conf/index.js'

test('what is not set is not there', () => {
  const of = (...argv: string[]) => reaching(gather({ kv: kvBaseConfig }, { argv, env: {} }).kv)
  expect(of()).toEqual({ revisionsMax: 1000 })
  expect(of('--kv.user', 'ann')).toEqual({ revisionsMax: 1000, user: 'ann' })
  expect(of('--kv.tls.on')).toHaveProperty('tls')
})
