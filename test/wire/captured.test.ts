import type { Payload } from '../../lib/wire/frames/message.js'
import { decodeReply, decodeRequest } from '../../lib/wire/frames/decode.js'
import { encodeAck, encodeBody, encodeReply, encodeRequest } from '../../lib/wire/frames/encode.js'
import { formatJson, parseJson } from '../../lib/wire/frames/json.js'
import { bytesOf, captured, type Captured } from '../support/captured-frames.js'
import { RawClient } from '../support/raw-wire.js'
import { requestServer } from '../support/wire.js'

/** What the reference leaves unanswered, and we don't. */
const MALFORMED = ['5 parts', 'bad json', 'json not an object']
/** What no daemon answers. */
const SILENT = ['bad version']
/** A type that only the old layout has. */
const OLD = ['bad type']
/** The reference answers the failure, though it was asked not to. */
const UNASKED = ['SET failing with NO_REP']

const wellFormed = captured.filter(({ name }) => ![...MALFORMED, ...SILENT, ...OLD].includes(name))

/** Frames as texts, JSON as we write it: without blanks, and null for what is no number. */
function readable(frames: readonly (string | Uint8Array | null)[]): string[] {
  return frames.map((frame, i) => {
    const bytes = Buffer.from((frame ?? '') as string)
    return i === 5 && bytes.length > 0 ? formatJson(parseJson(bytes.toString())) : bytes.toString('latin1')
  })
}

test('there is something to compare with', () => {
  expect(captured.length).toBeGreaterThan(50)
})

test.each(wellFormed)('$name at a $at: a request is read, and written as it was', ({ sent }) => {
  const request = decodeRequest(bytesOf(sent))
  if (request === null || 'fault' in request) throw new Error('it was well formed')
  const { id, ...rest } = request
  const written = encodeRequest({ ...rest, id: Buffer.from(id).toString('latin1') })
  const flags = sent[4] === '\0' ? '' : sent[4] // Both are no flags.
  expect(readable(written)).toEqual(readable(bytesOf([...sent.slice(0, 4), flags ?? '', ...sent.slice(5)])))
})

test.each(captured.filter(({ received }) => received.length > 0))(
  '$name at a $at: answers are read, and written as they were',
  ({ received }) => {
    for (const frames of received) {
      const reply = decodeReply(bytesOf(frames))
      const id = Buffer.from(frames[1] ?? '', 'latin1')
      expect(reply).toMatchObject({ type: frames[2], id: frames[1] })
      const asked = { id, target: frames[3] ?? '', dialect: 'new' } as const
      const written = reply?.type === 'ACK' ? encodeAck(id) : encodeReply(asked, encodeBody(reply?.payload as Payload))
      expect(readable(written)).toEqual(readable(bytesOf(frames)))
    }
  },
)

test.each(MALFORMED)('%s: malformed, but it says whose it is', (name) => {
  expect(decodeRequest(bytesOf(captured.find((one) => one.name === name)!.sent))).toMatchObject({
    fault: expect.anything(),
  })
})

test.each(SILENT)('%s: nobody of this protocol', (name) => {
  expect(decodeRequest(bytesOf(captured.find((one) => one.name === name)!.sent))).toBeNull()
})

/** What the reference sent, as we would: not what it was asked not to send. */
function expected({ name, received }: Captured): readonly (readonly string[])[] {
  return UNASKED.includes(name) ? [] : received
}

test('a daemon of ours that says the same sends the same frames', async () => {
  let answer: Payload = {}
  const server = await requestServer({ handle: () => answer })
  const raw = new RawClient(server.port)
  for (const exchange of wellFormed) {
    const wanted = expected(exchange)
    const last = wanted.at(-1)
    if (last?.[2] === 'ACK' && exchange.sent[4] !== '\x02') continue // A SET without a payload, which it never answered.
    answer = last?.[2] === 'REP' ? (decodeReply(bytesOf(last))?.payload as Payload) : {}
    await raw.send(...bytesOf(exchange.sent))
    const got = await raw.receiveAll(wanted.length)
    expect([exchange.name, ...got.map((frames) => readable(bytesOf(frames)))]).toEqual([
      exchange.name,
      ...wanted.map((frames) => readable(bytesOf(frames))),
    ])
    await raw.fence()
  }
})
