import { expect, test } from '@jest/globals'
import { LinesDrain, type LineOutput } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'

class Screen extends LinesDrain {
  text = ''
  readonly heard: string[] = []
  protected readonly output: LineOutput = {
    flushed: 3,
    append: (line) => void (this.text += line),
    position: () => this.text.length,
    full: () => this.text.length > 5,
    seal: (then) => then(this.text.length),
    open: () => void this.heard.push('open'),
    close: () => Promise.resolve(void this.heard.push('close')),
    release: () => void this.heard.push('release'),
  }
}

test('gives each line its end and asks its output for the rest', async () => {
  const screen = new Screen(testTrain().train, {})
  screen.take('one')
  expect([screen.text, screen.position(), screen.flushed, screen.full()]).toEqual(['one\n', 4, 3, false])
  screen.take('')
  screen.take('two')
  const marks: unknown[] = []
  screen.seal((mark) => marks.push(mark))
  expect([screen.text, screen.full(), marks]).toEqual(['one\n\ntwo\n', true, [9]])
  await screen.start()
  await screen.finish()
  screen.done()
  expect(screen.heard).toEqual(['open', 'close', 'release'])
})

test('refuses what is no string', () => {
  const screen = new Screen(testTrain().train, {})
  expect(() => screen.take(7 as unknown as string)).toThrow(new TypeError('a line must be a string: it is number'))
})
