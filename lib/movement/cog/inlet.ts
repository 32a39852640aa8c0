/** Where a supply's data enter a train. */
import type { Ticket, TicketOwner } from '../life/ticket.js'

/** The train's end of a supply: one ticket a chunk, its passage between begin and end. */
export interface Inlet {
  open<Origin>(owner: TicketOwner, origin: Origin, count: number, bytes: number): Ticket<Origin>
  begin(ticket: Ticket): void
  skip(): void
  nextId(): string
  end(ticket: Ticket): void
}
