import { expect, test } from '@jest/globals'
import { EXIT_HELP, KV_EXIT } from '../../../lib/cli/kv/exits.js'

test('the help names every code', () => {
  for (const code of Object.values(KV_EXIT)) expect(EXIT_HELP).toMatch(new RegExp(`\\b${code}\\b`))
})
