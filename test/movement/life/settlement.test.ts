import { expect, jest, test } from '@jest/globals'
import { Settlement } from '../../../lib/movement/life/settlement.js'
import { Ticket, TicketEvent } from '../../../lib/movement/life/ticket.js'

function start() {
  const acknowledged: Ticket[] = []
  const heard: string[] = []
  const drain = {
    flushed: 0,
    at: 0,
    take: () => undefined,
    position: () => drain.at,
    full: () => false,
    seal: () => {},
  }
  const settlement = new Settlement([drain])
  settlement.listeners = {
    eventDone: (number) => heard.push(`${number}`),
    eventRename: (from, to) => heard.push(`${from}>${to}`),
  }
  const owner = { acknowledge: (ticket: Ticket) => acknowledged.push(ticket) }
  const open = (count: number, first = 0) => {
    const ticket = new Ticket(owner, null, count, 0)
    ticket.first = first
    return ticket
  }
  return { settlement, drain, acknowledged, heard, open, owner }
}

test('a ticket that reached no drain is over with its passage, and each of its events is told', () => {
  const { settlement, acknowledged, heard, open } = start()
  const ticket = open(3, 7)
  expect(settlement.book(ticket)).toBe(false)
  settlement.passed(ticket)
  expect(acknowledged).toEqual([ticket])
  expect(heard).toEqual(['7', '8', '9'])
})

test('a ticket waits until the drain has written up to where it was when its passage ended, and not one bit less', () => {
  const { settlement, drain, acknowledged, open } = start()
  const tickets = [open(1), open(1)]
  for (const ticket of tickets) {
    drain.at += 10
    expect(settlement.book(ticket)).toBe(true)
    settlement.passed(ticket)
  }
  drain.flushed = 9
  settlement.flushed(drain)
  expect(acknowledged).toEqual([])
  drain.flushed = 19
  settlement.flushed(drain)
  expect(acknowledged).toEqual([tickets[0]])
  drain.flushed = 20
  settlement.flushed(drain)
  expect(acknowledged).toEqual(tickets)
})

test('an event is over neither before its ticket’s own part is written, nor before it is let go', () => {
  const { settlement, drain, heard, acknowledged, open } = start()
  const ticket = open(2)
  const event = new TicketEvent(ticket, 1)
  event.open = 1
  ticket.open++
  ticket.kids = [event]
  drain.at = 5
  settlement.book(ticket)
  settlement.passed(ticket)
  settlement.letGo(event)
  expect(heard).toEqual([])
  drain.flushed = 5
  settlement.flushed(drain)
  expect(heard).toEqual(['0', '1'])
  expect(acknowledged).toEqual([ticket])
})

test('a flush of a drain that is none of the train’s does nothing', () => {
  const { settlement, drain, heard } = start()
  settlement.flushed({ ...drain })
  expect(heard).toEqual([])
})

test('merged events may hang on merged ones a hundred thousand deep', () => {
  const { settlement, acknowledged, heard, open } = start()
  const ticket = open(1, 1)
  let last = ticket
  for (let depth = 0; depth < 100_000; depth++) {
    const event = new TicketEvent(last, 0)
    event.renamedTo = -1
    last.open++
    settlement.passed(last)
    const merged = new Ticket(null, null, 1, 0)
    merged.parents = [event]
    last = merged
    event.waits = 1
  }
  settlement.listeners = null
  settlement.passed(last)
  expect(acknowledged).toEqual([ticket])
  expect(heard.length).toBe(100_000)
})

test('what a supply throws when it is told keeps nobody else from being told', () => {
  const { settlement, owner, open, drain } = start()
  const errors: unknown[] = []
  settlement.onError = (error) => errors.push(error)
  const told = jest.fn(() => {
    throw new Error('no disk')
  })
  owner.acknowledge = told
  for (const ticket of [open(1), open(1)]) {
    drain.at++
    settlement.book(ticket)
    settlement.passed(ticket)
  }
  drain.flushed = 2
  settlement.flushed(drain)
  expect(told).toHaveBeenCalledTimes(2)
  expect(errors).toEqual([new Error('no disk'), new Error('no disk')])
})

test('long queues of what a drain owes are told in order', () => {
  const { settlement, drain, acknowledged, open } = start()
  const tickets = Array.from({ length: 10_000 }, () => open(1))
  for (const ticket of tickets) {
    drain.at++
    settlement.book(ticket)
    settlement.passed(ticket)
  }
  for (drain.flushed = 0; drain.flushed <= 10_000; drain.flushed += 2500) settlement.flushed(drain)
  expect(acknowledged).toEqual(tickets)
})
