import { expect, test } from '@jest/globals'
import { Pieces } from '../../lib/net/pieces.js'

test('joins messages of a kind, and keeps their order where they differ', () => {
  const pieces = new Pieces()
  for (const message of ['a', 'b', Buffer.from('c'), Buffer.from('d'), 'e']) pieces.add(message)
  const got: unknown[] = []
  for (let piece = pieces.first(); piece !== null; piece = pieces.first()) {
    got.push([piece.data.toString(), piece.end])
    pieces.shift()
  }
  expect(got).toEqual([
    ['ab', 2],
    ['cd', 4],
    ['e', 5],
  ])
  expect(pieces.position).toBe(5)
})

test('ends a piece once it is large', () => {
  const pieces = new Pieces()
  pieces.add('x'.repeat(70_000))
  pieces.add('y')
  expect(pieces.first()?.end).toBe(70_000)
})

test('gives the oldest piece again until it is taken away', () => {
  const pieces = new Pieces()
  pieces.add('a')
  const first = pieces.first()
  pieces.add('b')
  expect(pieces.first()).toBe(first)
})

test('has nothing where nothing was added', () => {
  expect(new Pieces().first()).toBeNull()
})

test('keeps each message by itself where they may not be joined, also an empty one', () => {
  const pieces = new Pieces(false)
  for (const message of ['a', '', Buffer.from('c')]) pieces.add(message)
  const got: string[] = []
  for (let piece = pieces.first(); piece !== null; piece = pieces.first()) {
    got.push(piece.data.toString())
    pieces.shift()
  }
  expect(got).toEqual(['a', '', 'c'])
})
