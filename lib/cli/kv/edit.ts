/** `deadbeat kv edit`: change a value with an editor. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import { toError } from '../../errors/index.js'
import type { Kv } from '../../kv/engine/engine.js'
import { ConfigVanished } from '../../kv/errors.js'
import { keyOf } from '../../kv/path.js'
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { EDIT_FORMS, fromEdit, mergeValues, toEdit, usualForm, type EditForm } from './edit-text.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { readFile } from './read-value.js'
import { runChild } from './run-child.js'
import type { Session } from './session.js'
import { textOf } from './show.js'
import { tellChange } from './tell-change.js'

const HELP = `
The value is shown by $VISUAL or $EDITOR, in a file that only you can read; nothing is held meanwhile. JSON is shown as JSON,
or with --as yaml as YAML, and is checked before it is written. If somebody else has written it meanwhile, both changes are
merged (JSON field by field, text line by line), and what they did is shown; where they contradict each other nothing is
written, and your text stays in its file, as it does whenever something is wrong.

  deadbeat kv edit /pb/pb-1/state
  deadbeat kv edit /pb/pb-1/state --as yaml
  deadbeat kv edit /pb/pb-1/state --from FILE      go on with a text that was kept
`

/** How often what others write meanwhile is merged before it is given up. */
const RETRIES = 20

interface Flags {
  readonly as?: EditForm
  readonly from?: string
}

/** Add the command to the program. */
export function addEdit(program: KvProgram): void {
  addKvCommand<Flags>(program, {
    name: 'edit',
    summary: 'change a value with an editor',
    help: HELP,
    limit: 'own',
    extend: (command) =>
      command
        .argument('<path>', 'the key')
        .option('--as <form>', 'json, yaml or text', formOf)
        .option('--from <file>', 'begin with the text of this file, in the same form'),
    act: edit,
  })
}

function formOf(text: string): EditForm {
  const form = EDIT_FORMS.find((one) => one === text)
  if (form === undefined) throw new InvalidArgumentError(`It must be one of ${EDIT_FORMS.join(', ')}.`)
  return form
}

async function edit(session: Session, [path = '']: readonly string[], flags: Flags): Promise<number> {
  const { env } = session.around
  const editor = env['VISUAL'] || env['EDITOR']
  if (!editor) throw new KvCommandError('neither VISUAL nor EDITOR is set: say which editor is yours', EXIT.config)
  const before = await readKey(session, path)
  const value = textIn(path, before)
  const form = flags.as ?? usualForm(value)
  const shown =
    flags.from === undefined ? toEdit(path, value, form) : Buffer.from(readFile(flags.from)).toString('utf8')
  const file = join(mkdtempSync(join(tmpdir(), 'deadbeat-kv-')), `value.${form === 'text' ? 'txt' : form}`)
  writeFileSync(file, shown, { mode: 0o600, flag: 'wx' })
  try {
    const code = await finish(session, {
      path,
      before,
      value,
      form,
      shown,
      file,
      editor,
      isKept: flags.from !== undefined,
    })
    rmSync(dirname(file), { recursive: true })
    return code
  } catch (error) {
    const words = ['deadbeat kv edit', path, `--as ${form}`, `--from ${file}`].join(' ')
    session.note(`kv edit: nothing was written; your text is kept: ${words}`)
    throw error
  }
}

interface Editing {
  readonly path: string
  readonly before: Kv
  readonly value: string
  readonly form: EditForm
  readonly shown: string
  readonly file: string
  readonly editor: string
  /** Whether it began with a text that was kept. */
  readonly isKept: boolean
}

async function finish(session: Session, editing: Editing): Promise<number> {
  const { path, before, value, form, shown, file, editor, isKept } = editing
  // As everywhere, the editor may come with arguments.
  const { code } = await runChild(['/bin/sh', '-c', `${editor} "$1"`, 'sh', file], { env: session.around.env })
  if (code !== 0) throw new KvCommandError(`the editor ended with code ${code}`, KV_EXIT.different)
  const edited = readFileSync(file, 'utf8')
  const changed = edited === shown && !isKept ? value : fromEdit(edited, value, form)
  if (changed === value) {
    session.tell('No change', { path, what: 'unchanged' })
    return KV_EXIT.ok
  }
  return await write(session, { path, form, base: value, mine: changed, before })
}

interface Writing {
  readonly path: string
  readonly form: EditForm
  readonly base: string
  readonly mine: string
  readonly before: Kv
}

async function write(session: Session, { path, form, base, mine, before }: Writing): Promise<number> {
  const key = before.key
  let [now, value] = [before, mine]
  for (let attempt = 0; attempt <= RETRIES; attempt++) {
    const { ok, revision } = await session.engine.commit(
      [{ key, target: 'mod', is: '=', than: now.mod }],
      [{ op: 'put', key, value: Buffer.from(value, 'utf8'), lease: 'keep' }],
    )
    if (ok) {
      const isMerged = now !== before
      const what = isMerged ? 'merged with what somebody else wrote and updated' : 'updated'
      session.tell(`${path} ${what} at revision ${revision}`, { path, what: 'updated', revision, merged: isMerged })
      return KV_EXIT.ok
    }
    now = await readKey(session, path)
    if (!session.isJson) session.note(`kv edit: somebody else wrote ${path} meanwhile, at revision ${now.mod}`)
    const merged = mergeValues(base, mine, textIn(path, now))
    if (!session.isJson) tellChange(session, { revision: now.mod, what: 'changed', path, before, now }, true)
    if (merged === null) throw new KvCommandError(`both changes of ${path} contradict each other`, KV_EXIT.conflict)
    checkMerged(merged, form)
    value = merged
  }
  throw new KvCommandError(`others write ${path} again and again: try later`, KV_EXIT.conflict)
}

/** What was JSON stays JSON. */
function checkMerged(merged: string, form: EditForm): void {
  if (form === 'text') return
  try {
    JSON.parse(merged)
  } catch (error) {
    const message = `the merge of both changes is no JSON: ${toError(error).message}`
    throw new KvCommandError(message, KV_EXIT.conflict, { cause: error })
  }
}

async function readKey(session: Session, path: string): Promise<Kv> {
  const { results } = await session.engine.range([{ key: keyOf(session.toRead(path)) }])
  const [kv] = results[0]?.kvs ?? []
  if (kv === undefined) throw new ConfigVanished(path, 'update')
  return kv
}

function textIn(path: string, { value }: Kv): string {
  const text = textOf(value)
  if (text !== null) return text
  throw new KvCommandError(`${path} is no text: see get --raw and put --file`, KV_EXIT.wrongData)
}
