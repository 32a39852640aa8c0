import { expect, test } from '@jest/globals'
import { isSpan, Slot, type Span } from '../../lib/workers/slot.js'

test('texts lie one behind the other, the worker behind the crew, and both read both', () => {
  const slot = Slot.make()
  const other = Slot.of(slot.memory)
  const spans = [slot.write('one'), slot.write('zwölf €'), other.write('back')]
  expect(spans.map((span) => (span === null ? '' : other.read(span)))).toEqual(['one', 'zwölf €', 'back'])
  expect(spans.map((span) => (span === null ? '' : slot.read(span)))).toEqual(['one', 'zwölf €', 'back'])
})

test('what has no room, or is no Unicode, is not put in, and nothing is spoilt', () => {
  const slot = Slot.make()
  expect(slot.write('\ud800')).toBeNull()
  expect(slot.write('x'.repeat(600_000))).toBeNull()
  expect(slot.write('€'.repeat(200_000))).toBeNull()
  expect(slot.write('€'.repeat(170_000))).toEqual({ offset: 0, length: 510_000 })
  expect(slot.write('x'.repeat(20_000))).toBeNull()
  slot.empty()
  expect(slot.write('x'.repeat(500_000))).toEqual({ offset: 0, length: 500_000 })
})

test('a span is told from what is sent as it is', () => {
  expect([isSpan({ offset: 0, length: 1 }), isSpan('a'), isSpan(['a'])]).toEqual([true, false, false])
})

test('bytes lie in a slot as texts do, and come out as they are or as pieces of whole lines', () => {
  const slot = Slot.make()
  const span = slot.put(Buffer.from('eins\nzwölf\ndrei\n')) as Span
  expect(slot.bytes(span).toString()).toBe('eins\nzwölf\ndrei\n')
  expect([...slot.pieces(span, 100)].map(String)).toEqual(['eins\nzwölf\ndrei\n'])
  expect([...slot.pieces(span, 12)].map(String)).toEqual(['eins\nzwölf', 'drei\n'])
  expect([...slot.pieces(span, 1)].map(String)).toEqual(['eins', 'zwölf', 'drei', ''])
  expect([...slot.pieces(slot.put(Buffer.alloc(0)) as Span, 5)].map(String)).toEqual([''])
  expect(slot.put(Buffer.alloc(600_000))).toBeNull()
})
