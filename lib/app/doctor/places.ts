/** Directories that an app writes to, and ports at which it listens. */
import { once } from 'node:events'
import { accessSync, constants, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { codeOf } from '../../errors/index.js'
import { EXIT } from '../exit-codes.js'
import { failure, fine, type Finding } from './finding.js'

/** Whether a directory can be written to, or made. Nothing is made. */
export function examineDirectory(what: string, directory: string, flag: string): Finding {
  let nearest = directory
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK)
    return fine(what, nearest === directory ? directory : `${directory} can be made`)
  } catch (error) {
    const found = `${directory}: no leave to write in ${nearest} (${codeOf(error)})`
    return failure(what, found, `Make it for the user of the daemon, or give another with ${flag}.`, EXIT.config)
  }
}

/** Whether a TCP port of loopback is free for us. */
export async function examinePort(port: number): Promise<Finding> {
  const what = `port ${port}`
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return fine(what, 'it is free')
  } catch (error) {
    const code = codeOf(error)
    const advice =
      code === 'EACCES'
        ? 'Ports below 1024 need CAP_NET_BIND_SERVICE, or a socket that systemd passes (activated).'
        : `ss -lntp 'sport = :${port}' says who has it.`
    return failure(what, `nobody can listen there: ${code}`, advice, EXIT.unavailable)
  } finally {
    server.close()
  }
}
