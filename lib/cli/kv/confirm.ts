/** Asking before something is done that can't be undone. */
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import type { Session } from './session.js'

/**
 * Ask the person at the terminal. Only `yes` means yes.
 *
 * @param about What it is about, a line each.
 * @throws {KvCommandError} If nobody can be asked: then it needs `--yes`.
 */
export async function confirm(session: Session, about: readonly string[], question: string): Promise<boolean> {
  const { around } = session
  for (const line of about) session.note(line)
  if (!around.isTerminal.in || !around.isTerminal.err) {
    throw new KvCommandError(`nothing was done: nobody can be asked here, so it needs --yes`, KV_EXIT.usage)
  }
  around.err(`${question} (yes, no) `)
  const isYes = (await around.readLine())?.trim() === 'yes'
  if (!isYes) session.note('Nothing was done.')
  return isYes
}
