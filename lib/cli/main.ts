#!/usr/bin/env node
/** The `deadbeat` command. */
import { exitFlushed } from '../process/exit-flushed.js'
import { beginStarting } from '../process/starting.js'

const [name, app, ...rest] = process.argv.slice(2)

// What lasts begins here, so that nothing else is loaded yet.
if (name === 'run' || name === 'start') beginStarting()

// The one command that a supervisor waits for is told apart without the parser, which takes longer to load than this.
const isPlainRun = name === 'run' && app !== undefined && !app.startsWith('-')
const code = isPlainRun ? await runPlainly(app) : await parse()
if (code !== null) await exitFlushed(code)

async function runPlainly(path: string): Promise<number | null> {
  const { run } = await import('./run.js')
  return await run(path, rest)
}

async function parse(): Promise<number | null> {
  const { command } = await import('./program.js')
  return await command(process.argv.slice(2))
}
