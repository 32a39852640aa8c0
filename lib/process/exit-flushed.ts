/** Ending the process without losing what it has said. */

/**
 * End the process once all that was written to stdout and stderr has been taken from it. `process.exit()` alone drops what
 * a pipe has no room for yet, where Node writes to pipes without waiting: from 22 on, to one that another Node has made.
 * Whoever doesn't read is waited for; who has gone isn't.
 */
export async function exitFlushed(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(flushed))
  process.exit(code)
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) {
      resolve()
      return
    }
    const over = (): void => {
      resolve()
    }
    stream.once('error', over)
    stream.write('', over)
  })
}
