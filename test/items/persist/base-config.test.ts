import { expect, test } from '@jest/globals'
import { gather } from '../../../lib/conf/index.js'
import { persistBaseConfig } from '../../../lib/items/persist/base-config.js'

test('without a word values go into the database, a second after they changed', () => {
  const { persist } = gather({ persist: persistBaseConfig }, { argv: [], env: {} })
  expect(persist).toMatchObject({ in: 'kv', saveMs: 1000, saveMaxMs: 10_000, ttlMs: 10_000 })
})

test('secrets are shown to nobody', () => {
  const { secretAccessKey, sessionToken, accessKeyId } = persistBaseConfig.s3
  expect([secretAccessKey, sessionToken, accessKeyId].map((entry) => 'sensitive' in entry)).toEqual([true, true, false])
})
