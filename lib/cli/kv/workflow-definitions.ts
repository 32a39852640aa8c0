/** Definitions of workflows as SKA's `ska-sdp import workflows` reads them, in either of their two forms. */
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import type { DumpedKey, ReadDump } from './dump.js'

const PATH = '/workflow'

/**
 * The keys of such a file: `/workflow/TYPE:ID:VERSION`, each with the image.
 *
 * @throws {KvCommandError} If it is no such file; the message says where.
 */
export function readWorkflows(name: string, parsed: unknown): ReadDump {
  const refuse = (what: string): never => {
    throw new KvCommandError(`${name} can't be imported as workflows: ${what}`, KV_EXIT.wrongData)
  }
  const textOf = (object: Fields, field: string, where: string): string => {
    const value = object[field]
    return typeof value === 'string' ? value : refuse(`${where} must have "${field}"`)
  }
  if (!isFields(parsed)) return refuse('it must have "workflows"')
  const workflows = listOf(parsed['workflows']) ?? refuse('"workflows" must be a list of objects')
  const repositories = new Map<string, string>()
  for (const one of listOf(parsed['repositories'] ?? []) ?? refuse('"repositories" must be a list of objects')) {
    repositories.set(textOf(one, 'name', 'each repository'), textOf(one, 'path', 'each repository'))
  }
  const keys = workflows.flatMap((workflow, at): DumpedKey[] => {
    const where = `workflow ${at + 1}`
    const [type, id, image] = ['type', 'id', 'image'].map((field) => textOf(workflow, field, where))
    if (workflow['versions'] === undefined) {
      return [keyOf(`${type}:${id}:${textOf(workflow, 'version', where)}`, image ?? '')]
    }
    const repository = textOf(workflow, 'repository', where)
    const base = repositories.get(repository) ?? refuse(`${where} is of repository ${repository}, which isn't there`)
    const versions = workflow['versions']
    if (!Array.isArray(versions)) return refuse(`${where} must have a list of "versions"`)
    return versions.map((version) => {
      if (typeof version !== 'string') return refuse(`the versions of ${where} must be text: quote them`)
      return keyOf(`${type}:${id}:${version}`, `${base}/${image}:${version}`)
    })
  })
  return { path: PATH, keys }
}

type Fields = Readonly<Record<string, unknown>>

function keyOf(name: string, image: string): DumpedKey {
  return { path: `${PATH}/${name}`, value: Buffer.from(JSON.stringify({ image }, null, 2)), isLeased: false }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly Fields[] | null {
  return Array.isArray(value) && value.every(isFields) ? value : null
}
