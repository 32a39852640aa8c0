import { expect, test } from '@jest/globals'
import { Hold, Ticket, TicketEvent } from '../../../lib/movement/life/ticket.js'

test('a ticket begins with one thing that keeps it open and one that it waits for: its own passage', () => {
  const ticket = new Ticket(null, { start: 0 }, 3, 100)
  expect(ticket).toMatchObject({ open: 1, waits: 1, count: 3, bytes: 100, isDone: false, origin: { start: 0 } })
})

test('an event waits for its ticket’s own part from its beginning', () => {
  const ticket = new Ticket(null, null, 1, 0)
  expect(new TicketEvent(ticket, 4)).toMatchObject({ up: ticket, k: 4, open: 0, waits: 1, renamedTo: 0 })
})

test('a hold knows its event, its cog and the datum as the cog got it', () => {
  const event = new TicketEvent(new Ticket(null, null, 1, 0), 0)
  expect(new Hold(event, 2, 'x')).toMatchObject({ event, place: 2, data: 'x', next: null, previous: null })
})
