import { expect, test } from '@jest/globals'
import { Window, type Place } from '../../lib/stream/window.js'

/** A window with some data of size 2, all sent. */
function start(count: number) {
  const window = new Window<number>()
  const places: Place<number>[] = []
  for (let n = 0; n < count; n++) {
    places.push(window.append(n, 2))
    window.pass()
  }
  const over = (...ns: number[]) => {
    for (const n of ns) (places[n] as Place<number>).isOver = true
    return window.advance()
  }
  return { window, over }
}

test('what is over in any order is told in order', () => {
  const { window, over } = start(3)
  expect([over(1), window.flushed, window.size]).toEqual([false, 0, 6])
  expect([over(0), window.flushed, window.size, window.at(0)]).toEqual([true, 2, 2, null])
  expect([over(2), window.flushed, window.position]).toEqual([true, 3, 3])
})

test('after a failure what is not over is sent again, and nothing else', () => {
  const { window, over } = start(4)
  over(0, 2)
  expect([window.peek(), window.sent]).toEqual([null, 4])
  window.rewind()
  const again: number[] = []
  for (let place = window.peek(); place !== null; place = window.peek()) {
    again.push(place.data)
    window.pass()
  }
  expect(again).toEqual([1, 3])
})

test('positions hold when the list is cut, also in the middle of what is under way', () => {
  const { window, over } = start(5000)
  over(...Array(4000).keys())
  expect([window.flushed, window.sent, window.position, window.size]).toEqual([4000, 5000, 5000, 2000])
  expect([window.at(3999), window.at(4000)?.data, window.at(5000), window.at(NaN)]).toEqual([null, 4000, null, null])
  window.append(5000, 2)
  expect(window.peek()?.position).toBe(5000)
  over(4000)
  window.rewind()
  expect(window.peek()?.data).toBe(4001)
})

test('what is over before it was sent is passed over', () => {
  const window = new Window<string>()
  window.append('a', 1).isOver = true
  window.append('b', 1)
  window.advance()
  expect(window.peek()?.data).toBe('b')
})

test('a seal is told once all before it is over, in order, and at once if it is', () => {
  const { window, over } = start(2)
  const told: string[] = []
  window.seal((at) => told.push(`first ${at}`))
  window.append(2, 2)
  window.seal((at) => told.push(`second ${at}`))
  over(1)
  expect(told).toEqual([])
  over(0)
  expect(told).toEqual(['first 2'])
  ;(window.at(2) as Place<number>).isOver = true
  window.advance()
  window.seal((at) => told.push(`third ${at}`))
  expect(told).toEqual(['first 2', 'second 3', 'third 3'])
})
