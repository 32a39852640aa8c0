import { expect, test } from '@jest/globals'
import { parseGrokBaseConfig } from '../../cogs/parse-grok.js'
import { parseRegexBaseConfig } from '../../cogs/parse-regex.js'
import { gather } from '../../lib/conf/index.js'
import { matchingConfig } from '../../lib/text/matching-config.js'

test('both cogs that match take the same settings, with the same defaults', () => {
  const usual = gather({ match: matchingConfig }, { argv: [], env: {}, file: null }).match
  expect(usual).toEqual({ onMismatch: 'fail', lengthMax: 65_536, slowMs: 50, limitMs: 0, engine: 'node' })
  const cogs = { grok: parseGrokBaseConfig, regex: parseRegexBaseConfig }
  const argv = ['--grok.match', 'x', '--regex.pattern', 'x']
  const { grok, regex } = gather(cogs, { argv, env: {}, file: null })
  expect(grok).toMatchObject(usual)
  expect(regex).toMatchObject(usual)
})
