/**
 * The configuration layer of SKA's data processor as a table of entities: its keys and objects as its Python library
 * has them (ska-sdp-config 0.3.2), so that both can share one database.
 */
import {
  entity,
  ownerEntity,
  type Backend,
  type Database,
  type HeldLease,
  type JsonObject,
  type Transaction,
} from '../../../lib/kv/index.js'

/** A piece of work. */
export interface ProcessingBlock {
  readonly id: string
  /** Of the scheduling block instance, or null. */
  readonly sbi_id: string | null
  readonly workflow: { readonly type: string; readonly id: string; readonly version: string }
  readonly parameters: JsonObject
  readonly dependencies: readonly JsonObject[]
}

/** What runs for it. */
export interface Deployment {
  readonly id: string
  readonly type: 'helm'
  readonly args: JsonObject
}

const pbId = /^[A-Za-z0-9-]{1,64}$/
const deploymentId = /^[A-Za-z0-9-]{1,96}$/

function object(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TypeError('must be an object')
}

function asProcessingBlock(value: unknown): ProcessingBlock {
  const { id, sbi_id, workflow, parameters = {}, dependencies = [] } = object(value)
  const { type, id: name, version } = object(workflow)
  if (typeof id !== 'string' || !pbId.test(id)) throw new TypeError(`id must match ${pbId}`)
  if (sbi_id !== null && typeof sbi_id !== 'string') throw new TypeError('sbi_id must be text or null')
  if (![type, name, version].every((part) => typeof part === 'string')) {
    throw new TypeError('workflow must have a type, an id and a version')
  }
  object(parameters)
  if (!Array.isArray(dependencies)) throw new TypeError('dependencies must be a list')
  return value as ProcessingBlock
}

function asDeployment(value: unknown): Deployment {
  const { id, type, args } = object(value)
  if (typeof id !== 'string' || !deploymentId.test(id)) throw new TypeError(`id must match ${deploymentId}`)
  if (type !== 'helm') throw new TypeError('type must be helm')
  object(args)
  return value as Deployment
}

/** All of it; `prefix` is what the Python library calls the global prefix. */
export function skaConfig(prefix = '') {
  const pb = { parts: { id: pbId }, prefix }
  return {
    processingBlock: entity({ key: '/pb/{id}', ...pb, schema: asProcessingBlock }),
    processingBlockState: entity({ key: '/pb/{id}/state', ...pb }),
    processingBlockOwner: ownerEntity({ key: '/pb/{id}/owner', ...pb }),
    schedulingBlock: entity({ key: '/sb/{id}', prefix }),
    subarray: entity({ key: '/subarray/{id}', prefix, parts: { id: /^\d{2,}$/ } }),
    master: entity({ key: '/master', prefix }),
    deployment: entity({ key: '/deploy/{id}', prefix, parts: { id: deploymentId }, schema: asDeployment }),
    workflow: entity({ key: '/workflow/{type}:{id}:{version}', prefix }),
  }
}

/** The table. */
export type SkaConfig = ReturnType<typeof skaConfig>

/** How many blocks a generator can have in a day. */
const PER_DAY = 100_000

/**
 * The next free `pb-GENERATOR-YYYYMMDD-NNNNN`. It is free as long as the transaction holds: create the block in it.
 *
 * @throws {RangeError} If all numbers of the day are taken.
 */
export async function newProcessingBlockId(
  { processingBlock }: SkaConfig,
  txn: Database,
  generator: string,
  date: Date,
): Promise<string> {
  const day = date.toISOString().slice(0, 10).replaceAll('-', '')
  const startsWith = `pb-${generator}-${day}-`
  const taken = new Set((await processingBlock.list(txn, {}, { startsWith })).map(({ id }) => id))
  for (let number = 0; number < PER_DAY; number++) {
    const id = startsWith + String(number).padStart(5, '0')
    if (!taken.has(id)) return id
  }
  throw new RangeError(`a generator can have at most ${PER_DAY} processing blocks a day: ${generator} has them`)
}

/**
 * Be the one that works on a processing block, as long as the lease lives.
 *
 * @throws {ConfigCollision} If somebody is.
 */
export async function takeProcessingBlock(
  { processingBlockOwner }: SkaConfig,
  db: Database,
  id: string,
  owner: JsonObject,
  lease: HeldLease,
): Promise<void> {
  await processingBlockOwner.take(db, { id }, owner, lease)
}

/** Take the first block that nobody works on; null if there is none. */
export async function takeAny(
  config: SkaConfig,
  kv: Backend,
  owner: JsonObject,
  lease: HeldLease,
): Promise<string | null> {
  return kv.transact(async (txn: Transaction) => {
    for (const { id } of await config.processingBlock.list(txn)) {
      if (await config.processingBlockOwner.isAlive(txn, { id })) continue
      await takeProcessingBlock(config, txn, id, owner, lease)
      return id
    }
    return null
  })
}
