// node test/crash/checker.mjs DIRECTORY
// Compares the generator's notes with the outputs, number by number. Knows nothing of the daemon: DIRECTORY has the
// file `notes`, and `checks.json`, which says what to look at: [{ name, form, path, kinds, ordered, exact }]. Prints one
// line of JSON. Exits with 0 if everything is right, with 1 if not.
import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { filesOf, textOf } from './outputs.mjs'
import { readNotes } from './notes.mjs'
import { Tally } from './tally.mjs'

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('name the directory of a round: checker.mjs DIRECTORY\n')
  process.exit(64)
}
const checks = JSON.parse(readFileSync(join(directory, 'checks.json'), 'utf8'))
const tally = new Tally(checks, readNotes(join(directory, 'notes')))
for (const { name, form, path } of checks)
  for (const file of filesOf({ form, path: resolve(directory, path) })) countFile(name, file)
const report = tally.report()
const isRight = report.lost + report.repeated + report.corrupt + report.disordered === 0
process.stdout.write(`${JSON.stringify(report)}\n`)
process.exitCode = isRight ? 0 : 1

function countFile(name, file) {
  const where = relative(directory, file)
  const lines = textOf(file).split('\n')
  const rest = lines.pop()
  lines.forEach((line, i) => tally.add(name, line, `${where}:${i + 1}`))
  if (rest !== '') tally.torn(name, rest, where)
}
