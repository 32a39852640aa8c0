// A directory in memory for the files of most tests (test/support/environment.js), gone when the run is over.
import { accessSync, chmodSync, constants, mkdtempSync, statfsSync } from 'node:fs'

const MEMORY = '/dev/shm'
const MEMORY_BYTES_MIN = 2 * 2 ** 30

export default function begin() {
  if (!hasRoom()) return
  const directory = mkdtempSync(`${MEMORY}/t-`)
  chmodSync(directory, 0o1777) // Daemons are tested as an ordinary user, too.
  process.env.DEADBEAT_TEST_MEMORY = directory
}

function hasRoom() {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > MEMORY_BYTES_MIN
  } catch {
    return false
  }
}
