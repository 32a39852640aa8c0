import { expect, test } from '@jest/globals'
import { ownPrincipal } from '../../../lib/items/index.js'

test('where no transport stands between, the user of this process asks', () => {
  expect(ownPrincipal).toEqual({ kind: 'uid', id: process.getuid?.() })
})
