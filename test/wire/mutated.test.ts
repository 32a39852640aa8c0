import { Draw } from '../../lib/numbers/draw.js'
import { decodeRequest, latin } from '../../lib/wire/frames/decode.js'
import { bytesOf, captured } from '../support/captured-frames.js'
import { below, heapUsed, mutate } from '../support/mutate.js'
import { RawClient } from '../support/raw-wire.js'
import { requestServer } from '../support/wire.js'

/** `npm run soak` plays 100,000. */
const COUNT = Number(process.env['WIRE_MUTATIONS'] ?? 4000)
const TOGETHER = 200

/** The id by which it is to be answered; null if it isn't. */
function answeredBy(frames: Buffer[]): string | null {
  const read = decodeRequest(frames)
  return read === null || (read.flags & 2) !== 0 ? null : latin(read.id)
}

test(`${COUNT} mutated requests: each that says whose it is gets one answer, the others none, and nothing stays of them`, async () => {
  const server = await requestServer({ handle: ({ value }) => ({ value: value ?? null }) })
  const raw = new RawClient(server.port)
  const draw = new Draw(7)
  let heap = 0
  for (let done = 0; done < COUNT; done += TOGETHER) {
    const messages = Array.from({ length: TOGETHER }, () =>
      mutate(draw, bytesOf(captured[below(draw, captured.length)]!.sent)),
    ).filter((frames) => frames.length > 0)
    for (const frames of messages) await raw.send(...frames)
    await raw.send('a', 'fence', 'GET', 'fence._', '\x01', '')
    const wanted = messages.map(answeredBy).filter((id) => id !== null)
    const got: (string | undefined)[] = []
    while (got.length <= wanted.length) {
      const [, id, type] = await raw.receive()
      if (type === 'REP') got.push(id)
    }
    expect(got.sort()).toEqual([...wanted, 'fence'].sort())
    if (done === COUNT / 2) heap = heapUsed()
  }
  expect(server.inFlight).toBe(0)
  expect(heapUsed() - heap).toBeLessThan(4e6)
})
