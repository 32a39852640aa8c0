/** `deadbeat kv import`: what `export` wrote goes into a store. */
import { extname } from 'node:path'
import { toError } from '../../errors/index.js'
import { parseYaml } from '../../conf/yaml.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { readDump, type DumpedKey, type ReadDump } from './dump.js'
import { KV_EXIT } from './exits.js'
import { planImport, transactionsOf, type Plan, type PlanOptions, type Step } from './import-plan.js'
import { KvCommandError } from './kv-command-error.js'
import { readFile } from './read-value.js'
import type { Session } from './session.js'
import { lineOf, textOf } from './show.js'
import { readTree } from './subtree.js'
import { readWorkflows } from './workflow-definitions.js'

const HELP = `
FILE is JSON or YAML of export; - is stdin. What differs is written, in one transaction if the store takes it as one (etcd:
128 keys, 1 MB), else in several, which is told before. If that is stopped or meets another's change, import again: what is
done stays done, and is not done twice.

  deadbeat kv import all.json --dry-run
  deadbeat kv import all.json                        Creating, Updating; what isn't in the file stays
  deadbeat kv import app.yaml --sync                 and what lies below the file's path and isn't in it is deleted
  deadbeat kv import app.yaml --prefix /copy         beside the original

Keys that go with a lease belong to whoever keeps that alive: those in the file are left out, those in the store left
alone, and both are counted. With --leased they are treated as any other, and what is created goes with no lease.
`

/** How often what others write meanwhile may make it begin anew. */
const RETRIES = 20

interface Flags {
  readonly sync?: true
  readonly leased?: true
  readonly workflows?: true
  readonly dryRun?: true
}

/** Add the command to the program. */
export function addImport(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'import',
    summary: 'write what a file of export holds',
    help: HELP,
    limit: 'asked',
    makesStore: true,
    extend: (command) =>
      command
        .argument('<file>', 'the file, or - for stdin')
        .option('--sync', "delete what lies below the file's path and isn't in the file")
        .option('--leased', 'treat keys that go with a lease as any other')
        .option('--workflows', "the file has definitions of workflows, as SKA's ska-sdp reads them")
        .option('-n, --dry-run', 'print what would be done, and do nothing'),
    act: load,
  })
}

async function load(session: Session, [file = '']: readonly string[], flags: Flags): Promise<number> {
  const dump = await readFrom(session, file, flags.workflows === true ? readWorkflows : readDump)
  const options: PlanOptions = { isSync: flags.sync === true, withLeased: flags.leased === true }
  const keys = dump.keys.map((key): DumpedKey => ({ ...key, path: session.prefix + key.path }))
  const planned = async (): Promise<Plan> => {
    const { found } = await readTree(session.engine, session.toTree(dump.path))
    return planImport(keys, found, options)
  }
  const counts = { create: 0, update: 0, delete: 0 }
  let plan = await planned()
  const { leased } = plan
  if (leased > 0) session.note(`kv import: ${leased} keys go with a lease and are left as they are: see --leased`)
  if (flags.dryRun === true) {
    for (const step of plan.steps) tellStep(session, counts, step, true)
    return done(session, counts, { leased, dryRun: true })
  }
  let revision: number | null = null
  for (let attempt = 0; plan.steps.length > 0; plan = await planned()) {
    const transactions = transactionsOf(plan.steps, session.engine.opsMax)
    if (transactions.length > 1) {
      session.note(
        `kv import: ${plan.steps.length} changes are more than one transaction takes: they go in ${transactions.length}`,
      )
    }
    const written = await write(session, transactions, (step) => tellStep(session, counts, step, false))
    if (written.ok) {
      revision = written.revision
      break
    }
    if (++attempt > RETRIES) {
      throw new KvCommandError(`others write to the same keys again and again: try later`, KV_EXIT.conflict)
    }
  }
  return done(session, counts, { leased, revision })
}

/** Write them one after the other, until one meets what somebody else has written. */
async function write(
  session: Session,
  transactions: readonly (readonly Step[])[],
  tell: (step: Step) => void,
): Promise<{ ok: boolean; revision: number }> {
  const { isTerminal, err } = session.around
  const showsProgress = isTerminal.err && transactions.length > 1
  let revision = 0
  try {
    for (const [at, steps] of transactions.entries()) {
      const committed = await session.engine.commit(
        steps.map(({ compare }) => compare),
        steps.map(({ op }) => op),
      )
      if (!committed.ok) return { ok: false, revision }
      revision = committed.revision
      for (const step of steps) tell(step)
      if (showsProgress) err(`\r${at + 1} of ${transactions.length} transactions`)
    }
    return { ok: true, revision }
  } finally {
    if (showsProgress) err('\n')
  }
}

const DOING = { create: 'Creating', update: 'Updating', delete: 'Deleting' } as const

function tellStep(session: Session, counts: Record<Step['verb'], number>, { verb, path }: Step, isDry: boolean): void {
  counts[verb]++
  if (session.isJson || session.isQuiet) return
  const name = lineOf(Buffer.from(session.shown(path)))
  session.around.out(isDry ? `Would be ${DOING[verb].toLowerCase()} ${name}\n` : `${DOING[verb]} ${name}\n`)
}

function done(
  session: Session,
  counts: Readonly<Record<Step['verb'], number>>,
  more: Readonly<Record<string, unknown>>,
): number {
  const isNothing = counts.create + counts.update + counts.delete === 0
  const { create: created, update: updated, delete: deleted } = counts
  const sentence = 'dryRun' in more ? 'Nothing was done' : 'Import finished successfully'
  session.tell(isNothing ? 'No changes' : sentence, { created, updated, deleted, ...more })
  return KV_EXIT.ok
}

async function readFrom(
  session: Session,
  file: string,
  read: (name: string, parsed: unknown) => ReadDump,
): Promise<ReadDump> {
  const name = file === '-' ? 'stdin' : file
  const text = textOf(file === '-' ? await session.around.readAll() : readFile(file))
  if (text === null) throw new KvCommandError(`${name} can't be imported: it is no UTF-8`, KV_EXIT.wrongData)
  const isYaml = ['.yaml', '.yml'].includes(extname(file)) || (file === '-' && !text.trimStart().startsWith('{'))
  let parsed: unknown
  try {
    parsed = isYaml ? parseYaml(text) : JSON.parse(text)
  } catch (error) {
    const what = `it can't be parsed: ${toError(error).message}`
    throw new KvCommandError(`${name} can't be imported: ${what}`, KV_EXIT.wrongData, { cause: error })
  }
  return read(name, parsed)
}
