// Runs examples in one process of plain Node: node --import from-source.mjs examples.mjs FILE..., one JSON line each.
import { pathToFileURL } from 'node:url'

for (const file of process.argv.slice(2)) {
  let error = null
  try {
    await import(pathToFileURL(file).href)
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  }
  process.stdout.write(`${JSON.stringify({ file, error })}\n`)
}
process.exit(0)
