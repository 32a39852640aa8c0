import { expect, test } from '@jest/globals'
import { helpText } from '../../lib/conf/help.js'
import { describeSchema } from '../../lib/conf/schema.js'

test('help shows flag, meaning, rule, default and variable of every setting', () => {
  const text = helpText(
    describeSchema({
      dns: {
        cacheMax: { doc: 'How many names are kept.', format: 'nat', default: 5 },
        server: { doc: 'Whom to ask.', format: 'address' },
        mode: { doc: 'How.', format: ['a', 'b'], default: 'a' },
      },
    }),
  )
  expect(text).toContain(
    '--dns.cache-max\n      How many names are kept.\n      a whole number of at least 0; default 5; variable DEADBEAT_DNS_CACHE_MAX\n',
  )
  expect(text).toContain('an IP address; must be set; variable DEADBEAT_DNS_SERVER')
  expect(text).toContain('one of "a", "b"; default "a"')
})

test('the default of a secret is not shown', () => {
  const text = helpText(describeSchema({ a: { key: { doc: 'x', default: 'tiger', sensitive: true } } }))
  expect(text).not.toContain('tiger')
})
