/** What can go wrong with an item. */
import { DeadbeatError } from '../errors/index.js'

/** What is wrong: there is no such item, nobody may set it, or it refused a value. */
export type ItemErrorCode = 'ERR_NO_ITEM' | 'ERR_READ_ONLY' | 'ERR_ITEM_VALUE'

/** An item that can't do what was asked of it. */
export class ItemError extends DeadbeatError {
  declare readonly code: ItemErrorCode
}
