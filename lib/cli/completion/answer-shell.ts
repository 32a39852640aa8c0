/** What the scripts of `deadbeat completion` are answered. */
import type { Command } from 'commander'
import { escapeControls } from '../../errors/escape-controls.js'
import { complete, type Behind, type Completion } from './candidates.js'

const NOTHING: Completion = { words: [], place: 'words' }

/**
 * The lines for a shell: what it adds of its own, then each word, and behind a tab what that is. Whatever fails, who presses
 * Tab is told nothing.
 */
export async function answerShell(program: Command, words: readonly string[], behind: Behind): Promise<string> {
  const { words: found, place } = await complete(program, words, behind).catch(() => NOTHING)
  const lines = found.map(({ word, about }) => `${escapeControls(word)}\t${escapeControls(about)}`)
  return [place, ...lines].map((line) => `${line}\n`).join('')
}
