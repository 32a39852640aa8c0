import { expect, test } from '@jest/globals'
import { DeadbeatError } from '../../../lib/errors/index.js'
import { ItemError } from '../../../lib/items/model/item-error.js'

test('it is one of our errors, with its code', () => {
  const error = new ItemError('ERR_NO_ITEM', 'none')
  expect([error instanceof DeadbeatError, error.code, error.name, error.message]).toEqual([
    true,
    'ERR_NO_ITEM',
    'ItemError',
    'none',
  ])
})
