import { expect, test } from '@jest/globals'
import { LinesDrain, type LineOutput } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'

class Screen extends LinesDrain {
  text = ''
  readonly heard: string[] = []
  protected readonly output: LineOutput = screenOutput(this)
}

function screenOutput(screen: Screen): LineOutput {
  return {
    flushed: 3,
    append: (line) => void (screen.text += line),
    position: () => screen.text.length,
    full: () => screen.text.length > 5,
    seal: (then) => then(screen.text.length),
    open: () => void screen.heard.push('open'),
    close: () => Promise.resolve(void screen.heard.push('close')),
    release: () => void screen.heard.push('release'),
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

test('bytes of lines go to an output that takes bytes as they are, to another one as text', () => {
  const taken: Buffer[] = []
  class Bytes extends Screen {
    protected override readonly output: LineOutput = {
      ...screenOutput(this),
      appendBytes: (lines: Buffer) => void taken.push(lines),
    }
  }
  const bytes = Buffer.from('one\ntwo')
  new Bytes(testTrain().train, {}).takeBytes(bytes)
  expect(taken).toEqual([bytes])
  const screen = new Screen(testTrain().train, {})
  screen.takeBytes(bytes)
  expect(screen.text).toBe('one\ntwo\n')
})
