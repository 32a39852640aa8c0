/** The database that an app's configuration names. */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { readConfigFile } from '../../conf/file.js'
import { codeOf, toError } from '../../errors/index.js'
import type { OpenKvOptions } from '../../kv/open-kv.js'
import { silentLogger } from '../../movement/logger.js'
import { EXIT } from '../exit-codes.js'
import { failure, fine, type Finding } from './finding.js'
import { examineDirectory } from './places.js'

/** How long a database may take to answer. */
const ANSWER_MS = 3000
const WHAT = 'database'

/** The settings named `kv`, as somebody wrote them: nothing of it is checked yet. */
interface Written {
  readonly url?: unknown
  readonly user?: unknown
  readonly password?: unknown
  readonly tls?: { readonly on?: unknown } & NonNullable<OpenKvOptions['tls']>
}

/** Whether the database of `kv.url` in a configuration file is there. Nothing is made. Null if the file names none. */
export async function examineDatabase(config: string): Promise<Finding | null> {
  let kv: Written | undefined
  try {
    kv = (readConfigFile(config).tree as { readonly kv?: Written }).kv
  } catch (error) {
    return failure('configuration', toError(error).message, 'Correct it, or name another with --config.', EXIT.config)
  }
  const url = kv?.url
  if (typeof url !== 'string') return null
  const where = `kv.url in ${config}`
  try {
    const { fileOf, openKv } = await import('../../kv/open-kv.js')
    if (url.startsWith('file:')) return examineFile(fileOf(url), where)
    const { user, password, tls } = kv ?? {}
    const { on, ...files } = tls ?? {}
    const backend = openKv(url, {
      ...{ log: silentLogger },
      ...(typeof user === 'string' && { user }),
      ...(typeof password === 'string' && { password }),
      ...(on === true && { tls: files }),
    })
    try {
      await withinTime(backend.engine.range([]))
      return fine(WHAT, `${backend.engine.name} answers`)
    } finally {
      await backend.close()
    }
  } catch (error) {
    const advice = `Start it, or correct ${where}.`
    return failure(WHAT, toError(error).message, advice, EXIT.unavailable)
  }
}

/** A file that isn't there is made at the start. */
function examineFile(file: string, where: string): Finding {
  if (!existsSync(file)) return examineDirectory(WHAT, dirname(file), where)
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    return fine(WHAT, file)
  } catch (error) {
    const advice = `Give it to the user of the daemon, or name another in ${where}.`
    return failure(WHAT, `${file}: no leave to read and write it (${codeOf(error)})`, advice, EXIT.config)
  }
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not answered within ${ANSWER_MS} ms`)), ANSWER_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
