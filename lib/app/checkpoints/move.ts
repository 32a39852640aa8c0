/**
 * Finding the record, and bringing it to where it is to be kept from now on.
 *
 * The file in the state directory has it, or says in which database it is: so a change of the settings is noticed, and no
 * train begins anew because of one. A move copies first, then changes what the file says, then removes: whenever it is
 * broken off, the next run ends it.
 */
import { DeadbeatError } from '../../errors/index.js'
import type { CheckpointFile } from '../../files/checkpoint-file.js'
import { RECORD } from '../../files/checkpoint-text.js'
import type { Logger } from '../../movement/logger.js'
import { addressText, parseAddress, type Address } from './address.js'
import type { Shelf } from './shelf.js'

/** What is needed to find a record. */
export interface MoveContext {
  /** The file of the state directory. */
  readonly file: CheckpointFile
  readonly log: Logger
  /** The place of a record in any database. */
  readonly shelf: (address: Address) => Promise<Shelf>
}

/**
 * The record of a run that keeps it in the file: brought there, if it was in a database.
 *
 * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; `ERR_CHECKPOINT` if it is not where the file says.
 */
export async function bringToFile({ file, log, shelf }: MoveContext): Promise<string | null> {
  const kept = file.read()
  if (kept === null || kept.version === RECORD) return kept?.json ?? null
  const address = parseAddress(kept.json, file.name)
  const from = await shelf(address)
  const json = await from.read()
  if (json === null) throw missing(file.name, address)
  await file.store(json)
  await from.clear()
  await from.release()
  log.info(`the check-point was moved from ${from.name} to ${file.name}`)
  return json
}

/**
 * The record of a run that keeps it in a database: brought there, if it was in the file or in another database.
 *
 * @returns it, and whether the file says that it is there.
 * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; `ERR_CHECKPOINT` if it is not where the file says, or if there
 * are two.
 */
export async function bringToDatabase(
  context: MoveContext,
  to: Address,
): Promise<[json: string | null, told: boolean]> {
  const { file, log, shelf } = context
  const kept = file.read()
  const target = await shelf(to)
  const there = await target.read()
  if (kept === null) return [there, false]
  if (kept.version === RECORD) {
    if (there !== null && there !== kept.json) throw twice(file.name, file.name, target.name)
    if (there === null) await target.store(kept.json)
    await file.point(JSON.stringify(to))
    log.info(`the check-point was moved from ${file.name} to ${target.name}`)
    return [kept.json, true]
  }
  const from = parseAddress(kept.json, file.name)
  if (isSame(from, to)) {
    if (there === null) throw missing(file.name, from)
    return [there, true]
  }
  const source = await shelf(from)
  const json = await source.read()
  if (json === null) throw missing(file.name, from)
  if (there !== null && there !== json) throw twice(file.name, source.name, target.name)
  if (there === null) await target.store(json)
  await file.point(JSON.stringify(to))
  await source.clear()
  await source.release()
  log.info(`the check-point was moved from ${source.name} to ${target.name}`)
  return [json, true]
}

function isSame(one: Address, other: Address): boolean {
  return one.url === other.url && one.path === other.path
}

function missing(file: string, address: Address): DeadbeatError {
  const message = `${file} says that the check-point is in ${addressText(address)}, and there is none: bring it back, or remove ${file} to begin anew`
  return new DeadbeatError('ERR_CHECKPOINT', message)
}

function twice(file: string, here: string, there: string): DeadbeatError {
  const message = `there are two check-points, in ${here} and in ${there}: to go on from the first, delete the other; to go on from the other, move ${file} away`
  return new DeadbeatError('ERR_CHECKPOINT', message)
}
