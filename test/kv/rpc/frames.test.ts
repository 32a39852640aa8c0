import fc from 'fast-check'
import { framed, FrameReader, FrameTooLongError } from '../../../lib/kv/rpc/frames.js'

const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 })

it('gives what was framed, however it is cut', () => {
  fc.assert(
    fc.property(messages, fc.array(fc.nat({ max: 6000 })), (sent, cuts) => {
      const frames = Buffer.concat(sent.map((message) => framed(Buffer.from(message))))
      const got: Uint8Array[] = []
      const reader = new FrameReader(300, (message) => got.push(new Uint8Array(message)))
      const at = [0, ...cuts.filter((cut) => cut < frames.length).sort((a, b) => a - b), frames.length]
      for (let i = 1; i < at.length; i++) reader.push(frames.subarray(at[i - 1], at[i]))
      expect(got).toEqual(sent)
    }),
  )
})

it('gives a message as soon as it is whole', () => {
  const got: string[] = []
  const reader = new FrameReader(10, (message) => got.push(message.toString()))
  const frame = framed(Buffer.from('abc'))
  reader.push(frame.subarray(0, 7))
  expect(got).toEqual([])
  reader.push(Buffer.concat([frame.subarray(7), frame.subarray(0, 3)]))
  expect(got).toEqual(['abc'])
})

it('refuses a message that is too long before it has come, and one that is compressed', () => {
  const reader = (): FrameReader => new FrameReader(10, () => undefined)
  expect(() => reader().push(framed(Buffer.alloc(10)))).not.toThrow()
  const long = framed(Buffer.alloc(11)).subarray(0, 5)
  expect(() => reader().push(long)).toThrow(new FrameTooLongError(11, 10))
  expect(() => reader().push(Buffer.from('0100000000', 'hex'))).toThrow(/it is compressed/)
})
