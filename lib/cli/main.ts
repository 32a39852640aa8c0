#!/usr/bin/env node
/** The `deadbeat` command. */
import { run } from './run.js'

const [name, app, ...rest] = process.argv.slice(2)

// The one command that a supervisor waits for is told apart without the parser, which takes longer to load than this.
const isPlainRun = name === 'run' && app !== undefined && !app.startsWith('-')
const code = isPlainRun ? await run(app, rest) : await parse()
if (code !== null) process.exit(code)

async function parse(): Promise<number | null> {
  const { command } = await import('./program.js')
  return await command(process.argv.slice(2))
}
