/** What a daemon of the reference and its registry were asked once, and what came back, frame by frame. */
import { textOf } from './sources.js'

/** One exchange. Frames are one character a byte. */
export interface Captured {
  readonly name: string
  readonly at: 'daemon' | 'registry'
  readonly sent: readonly string[]
  readonly received: readonly (readonly string[])[]
}

/** All exchanges, in their order. */
export const captured = textOf('test/fixtures/mktl-frames.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Captured)

/** Frames as bytes. */
export function bytesOf(frames: readonly string[]): Buffer[] {
  return frames.map((frame) => Buffer.from(frame, 'latin1'))
}
