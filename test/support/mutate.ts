/** Messages with some of their bytes and frames changed, by chance: what a broken or hostile peer may send. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Draw } from '../../lib/numbers/draw.js'

const ODD = ['[', '{"a":', '9'.repeat(40), '"\\u', '{"__proto__": 1}', 'NaN', '\0']

/** A whole number from 0 to below a limit. */
export function below(draw: Draw, limit: number): number {
  return Math.floor(draw.next() * limit)
}

/** The same message, changed in one to three places. */
export function mutate(draw: Draw, message: readonly Uint8Array[]): Buffer[] {
  const frames = message.map((frame) => Buffer.from(frame))
  for (let times = 1 + below(draw, 3); times > 0; times--) {
    const i = below(draw, frames.length)
    const frame = frames[i]
    if (frame === undefined) break
    const at = below(draw, frame.length + 1)
    switch (below(draw, 7)) {
      case 0:
        frame[at] = below(draw, 256)
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
        frames[i] = Buffer.concat([frame.subarray(0, at), Buffer.from([below(draw, 256)]), frame.subarray(at)])
        break
      case 5:
        frames[i] = Buffer.concat([frame, frame])
        break
      case 6:
        frames[i] = Buffer.from((ODD[below(draw, ODD.length)] as string).repeat(1 + below(draw, 4)))
        break
    }
  }
  return frames
}

/** Collects, and answers how much of the heap is used; `--expose-gc` is set by the first call. */
export function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
