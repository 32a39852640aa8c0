/**
 * The values that a daemon in Python has saved, in the files of mKTL: `daemon/persist/UUID/KEY` holds a value and its time,
 * and of an array of numbers its shape and type; the bytes of that one are in `bulk:KEY` beside it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, toError } from '../../errors/index.js'
import type { Logger } from '../../movement/logger.js'
import { Bulk } from '../../wire/frames/bulk.js'
import { parseJson } from '../../wire/frames/json.js'
import { decodeReading, encodeReading } from './record.js'

const BULK = 'bulk:'

/**
 * Those of a daemon, as they are saved here. Files that can't be read are told of and left out.
 *
 * @param home The directory that holds all files of mKTL.
 */
export function readPythonValues(home: string, uuid: string, log: Logger): Map<string, string> {
  const directory = join(home, 'daemon', 'persist', uuid)
  const values = new Map<string, string>()
  for (const key of listing(directory).filter((name) => !name.startsWith(BULK))) {
    const path = join(directory, key)
    try {
      values.set(key.toLowerCase(), textOf(path, join(directory, `${BULK}${key}`)))
    } catch (error) {
      log.warn({ err: error }, `${path} is not taken over: ${toError(error).message}`)
    }
  }
  return values
}

function textOf(path: string, bulk: string): string {
  const text = readFileSync(path, 'utf8')
  const told = parseJson(text) as Readonly<Record<string, unknown>> | null
  if (told?.['shape'] === undefined) return encodeReading(decodeReading(text))
  const { shape, dtype, time } = told
  return encodeReading({
    value: Bulk.read(readFileSync(bulk), shape, dtype),
    time: decodeReading(JSON.stringify({ value: null, time })).time,
  })
}

function listing(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
