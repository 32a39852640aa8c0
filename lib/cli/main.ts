#!/usr/bin/env node
/** The `deadbeat` command. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT } from '../app/exit-codes.js'
import { addRun } from './run.js'

const HELP = `
An app is a script that composes a train of cogs: a supply, some steps, a drain.

  deadbeat run apps/resolve.ts                        with config/resolve.json (or .yaml, .toml) beside it
  deadbeat run resolve --config /etc/resolve.yaml     one that comes with Deadbeat, with your settings
  deadbeat run resolve --input.filenames /var/log/a   a setting as a flag; also DEADBEAT_INPUT_FILENAMES=...
  deadbeat run resolve --help                         every setting of that app

Ctrl-C stops it in order, a second one at once. Exit codes are those of sysexits.h: 78 is a wrong configuration.
`

const program = new Command('deadbeat')
  .description('Run event-driven daemons: tail, parse, enrich, filter and ship data that exist only once.')
  .version(versionOf(), '--version')
  .addHelpText('after', HELP)
  .enablePositionalOptions()
  .exitOverride()
addRun(program, (code) => process.exit(code))

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
}

function versionOf(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
