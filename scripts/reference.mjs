// Generates config/reference.md and docs/cogs.md from what is built. `--check` fails if they differ from what is there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './steps.mjs'

const { describeSchema } = await import(`${root}dist/lib/conf/index.js`)

const cogs = readdirSync(`${root}cogs`)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3))
  .sort()

/** The configuration inserts that a built module exports, by their names. */
async function insertsOf(path) {
  const exports = await import(`${root}dist/${path}.js`)
  return Object.entries(exports).filter(([name]) => name.endsWith('BaseConfig'))
}

/** The documented classes and functions of a cog's source: name, and the first sentence of what it says. */
function describeSource(source) {
  const found = []
  for (const [, comment, name] of source.matchAll(
    /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:\/\/ .*\n)?export (?:class|function) (\w+)/g,
  )) {
    const text = comment.replace(/^\s*\* ?/gm, '').trim()
    const [first] = text.split(/(?<=[.!?])\s|\n\n|\n@/)
    found.push({ name, sentence: first.replace(/\s+/g, ' ') })
  }
  return found
}

const table = (rows) =>
  rows
    .map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n')

function insertTable(insert) {
  const rows = describeSchema(insert).map(({ path, doc, format, default: value }) => [
    `\`${path}\``,
    doc,
    format,
    value === '' ? '' : `\`${value}\``,
  ])
  return table([['setting', 'what it means', 'format', 'default'], ['---', '---', '---', '---'], ...rows])
}

async function reference() {
  let text = `# Settings

Generated from the configuration inserts of the parts and the cogs. An app merges inserts under names of its own; the
paths below stand under that name. Each can be set in the configuration file, in the environment or by a flag.
`
  const parts = [
    ['Every train', 'lib/movement/index'],
    ['The log', 'lib/log/index'],
    ['The daemon', 'lib/daemon/index'],
    ...cogs.map((name) => [`\`cogs/${name}\``, `cogs/${name}`]),
  ]
  for (const [title, path] of parts) {
    for (const [name, insert] of await insertsOf(path)) text += `\n## ${title}: \`${name}\`\n\n${insertTable(insert)}\n`
  }
  return text
}

function catalogue() {
  const rows = cogs.flatMap((file) =>
    describeSource(readFileSync(`${root}cogs/${file}.ts`, 'utf8')).map(({ name, sentence }) => [
      `\`${name}\``,
      `\`deadbeat/cogs/${file}\``,
      sentence,
    ]),
  )
  return `# Cogs

Generated from the cogs' own documentation; their settings are in [the reference](../config/reference.md).

${table([['cog', 'import from', 'what it does'], ['---', '---', '---'], ...rows])}
`
}

const files = { 'config/reference.md': await reference(), 'docs/cogs.md': catalogue() }
const isCheck = process.argv.includes('--check')
let stale = 0
for (const [path, text] of Object.entries(files)) {
  if (!isCheck) writeFileSync(`${root}${path}`, text)
  else {
    let old = ''
    try {
      old = readFileSync(`${root}${path}`, 'utf8')
    } catch {
      // It was never generated.
    }
    if (old !== text) {
      stale++
      process.stderr.write(`${path} is not what the code says: npm run docs\n`)
    }
  }
}
process.exit(stale === 0 ? 0 : 1)
