// What test/support/memory-begin.js has made goes.
import { rmSync } from 'node:fs'

export default function end() {
  const directory = process.env.DEADBEAT_TEST_MEMORY
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
}
