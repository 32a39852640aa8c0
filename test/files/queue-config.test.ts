import { expect, test } from '@jest/globals'
import { describeSchema } from '../../lib/conf/schema.js'
import { QUEUE_DEFAULTS, queueConfig } from '../../lib/files/queue-config.js'

test('each setting but the directory has a default that its format allows', () => {
  const rows = describeSchema({ buffer: queueConfig })
  expect(rows.filter((row) => row.default === undefined).map(({ path }) => path)).toEqual(['buffer.directory'])
  expect(Object.keys(QUEUE_DEFAULTS).sort()).toEqual(
    Object.keys(queueConfig)
      .filter((key) => key !== 'directory')
      .sort(),
  )
})
