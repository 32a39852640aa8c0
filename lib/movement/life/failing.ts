/** What the journey asks of those who deal with data that fail. */
import type { CogError } from '../errors.js'
import type { Ticket } from './ticket.js'

/** What the train does when a datum fails. */
export interface FailureHandler {
  (error: CogError, ticket: Ticket, k: number, data: unknown): void
}

/** How a datum failed: in its turn, while it was held, or when a part of it had gone on already. */
export type Failing = 'turn' | 'held' | 'partly'

/** Who tries failed data again. */
export interface Retrying {
  /** Answers whether this one will be tried again; `tries` is how often it was. */
  takes(error: CogError, place: number, data: unknown, how: Failing, tries: number): boolean
}
