import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('config --help says how an editor gets the schema', () => {
  const { status, stdout } = deadbeat(scratch({}), ['config', '--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('deadbeat config apps/resolve.ts --schema > resolve.schema.json')
})
