import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Draw } from '../../lib/numbers/draw.js'
import { decodeRequest, latin } from '../../lib/wire/frames/decode.js'
import { bytesOf, captured } from '../support/captured-frames.js'
import { RawClient } from '../support/raw-wire.js'
import { requestServer } from '../support/wire.js'

const COUNT = Number(process.env['WIRE_MUTATIONS'] ?? 20_000)
const TOGETHER = 200

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

/** A captured request with some of its bytes and frames changed. */
function mutate(draw: Draw): Buffer[] {
  const below = (limit: number) => Math.floor(draw.next() * limit)
  const frames = bytesOf(captured[below(captured.length)]!.sent).map((frame) => Buffer.from(frame))
  for (let times = 1 + below(3); times > 0; times--) {
    const i = below(frames.length)
    const frame = frames[i]
    if (frame === undefined) break
    const at = below(frame.length + 1)
    switch (below(7)) {
      case 0:
        frame[at] = below(256)
        break
      case 1:
        frames.splice(i, 1)
        break
      case 2:
        frames.splice(i, 0, Buffer.from(frame))
        break
      case 3:
        frames[i] = frame.subarray(0, at)
        break
      case 4:
        frames[i] = Buffer.concat([frame.subarray(0, at), Buffer.from([below(256)]), frame.subarray(at)])
        break
      case 5:
        frames[i] = Buffer.concat([frame, frame])
        break
      case 6:
        frames[i] = Buffer.from(
          ['[', '{"a":', '9'.repeat(40), '"\\u', '{"__proto__": 1}', 'NaN', '\0'][below(7)]!.repeat(1 + below(4)),
        )
        break
    }
  }
  return frames
}

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
    const messages = Array.from({ length: TOGETHER }, () => mutate(draw)).filter((frames) => frames.length > 0)
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
}, 60_000)
