/** What can go wrong with an item. */
import { DeadbeatError } from '../../errors/index.js'

/**
 * What is wrong: there is no such item, method or store, nobody may set or get it, it refused a value, setting it failed, or the caller's
 * time was over.
 */
export type ItemErrorCode =
  | 'ERR_NO_ITEM'
  | 'ERR_NO_METHOD'
  | 'ERR_TARGET'
  | 'ERR_READ_ONLY'
  | 'ERR_WRITE_ONLY'
  | 'ERR_ITEM_VALUE'
  | 'ERR_ITEM_SET'
  | 'ERR_DEADLINE'

/** An item that can't do what was asked of it. */
export class ItemError extends DeadbeatError {
  declare readonly code: ItemErrorCode
}
