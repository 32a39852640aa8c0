/** Waiting where the event loop must not go on: between a line that is to be written now and a reader that is slow. */

const sleeper = new Int32Array(new SharedArrayBuffer(4))

/** Stop the thread for so long. */
export function pause(ms: number): void {
  Atomics.wait(sleeper, 0, 0, ms)
}
