// Generates config/reference.md and docs/cogs.md from what is built. `--check` fails if they differ from what is there.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { root } from './steps.mjs'

const { describeSchema, formatRules } = await import(`${root}dist/lib/conf/index.js`)

const cogs = readdirSync(`${root}cogs`)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3))
  .sort()

/** The configuration inserts that a built module exports, by their names. */
async function insertsOf(path) {
  const exports = await import(`${root}dist/${path}.js`)
  return Object.entries(exports).filter(([name]) => name.endsWith('BaseConfig') && name !== 'appBaseConfig')
}

/** The documented classes of a cog's source: name, first sentence, the whole text, and the example. */
function describeSource(source) {
  const found = []
  for (const [, comment, name] of source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:\/\/ .*\n)?export class (\w+)/g)) {
    const text = comment.replace(/^\s*\* ?/gm, '').trim()
    const [body, ...tags] = text.split(/^@/m)
    const throws = tags.filter((tag) => tag.startsWith('throws')).map((tag) => tag.replace(/^throws\s*/, '').trim())
    const example = tags.find((tag) => tag.startsWith('example'))?.replace(/^example\s*/, '')
    const [sentence] = body.split(/(?<=[.!?])\s/)
    found.push({ name, sentence: sentence.replace(/\s+/g, ' '), body: body.trim(), throws, example: example?.trim() })
  }
  return found
}

/** What a cog's options interface says of its accessors. */
function accessorsOf(source) {
  const rows = []
  for (const [, comment, name] of source.matchAll(
    /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*readonly (\w*(?:[gG]etter|[sS]etter))\??:/g,
  )) {
    rows.push([
      `\`${name}\``,
      comment
        .replace(/^\s*\* ?/gm, '')
        .trim()
        .replace(/\s+/g, ' '),
    ])
  }
  return rows
}

const table = (rows) =>
  rows
    .map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n')

function insertTable(insert) {
  const rows = describeSchema(insert).map(({ path, doc, format, default: value, entry }) => [
    `\`${path}\``,
    entry.live === true ? `${doc} *May change while running.*` : doc,
    `${[format].flat().join(', ')}${limitsOf(entry)}`,
    value === undefined ? '(must be set)' : value === null ? '(not set)' : `\`${JSON.stringify(value)}\``,
  ])
  return table([['setting', 'what it means', 'format', 'default'], ['---', '---', '---', '---'], ...rows])
}

function limitsOf({ min, max }) {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`
  if (min !== undefined) return `, at least ${min}`
  return max === undefined ? '' : `, at most ${max}`
}

/** What each named format is, from the rules by which values are read. */
function formatTable() {
  const rows = Object.entries(formatRules).map(([name, { rule }]) => [name, rule])
  return table([['format', 'a value is'], ['---', '---'], ...rows])
}

async function reference() {
  let text = `# Settings

Generated from the configuration inserts of the parts and the cogs. An app merges inserts under names of its own; the
paths below stand under that name. Under the name \`input\`, say, the setting \`lineMax\` is \`{"input": {"lineMax": 4096}}\`
in a file, \`DEADBEAT_INPUT_LINE_MAX\` in the environment, and \`--input.line-max 4096\` as a flag; \`--help\` behind the
name of an app lists all of its own. A list of several values is a list in a file, separated by commas in the environment,
and several words, or the flag several times, on the command line: \`--input.filenames a.log b.log\`. What may change
while running does so with the next reload; the rest is taken over by cogs that are made anew then.

${formatTable()}
`
  const parts = [
    ['Every train', 'lib/movement/index'],
    ['The log', 'lib/log/index'],
    ['The daemon', 'lib/daemon/index'],
    ['Every app', 'lib/app/index'],
    ['Daemons of items', 'lib/items/index'],
    ['Nodes of a fleet', 'lib/runner/index'],
    ...cogs.map((name) => [`\`cogs/${name}\``, `cogs/${name}`]),
  ]
  for (const [title, path] of parts) {
    for (const [name, insert] of await insertsOf(path)) text += `\n## ${title}: \`${name}\`\n\n${insertTable(insert)}\n`
  }
  return text
}

function catalogue() {
  const cogsOf = cogs.map((file) => ({ file, source: readFileSync(`${root}cogs/${file}.ts`, 'utf8') }))
  const rows = cogsOf.flatMap(({ file, source }) =>
    describeSource(source).map(({ name, sentence }) => [
      `[\`${name}\`](#${name.toLowerCase()})`,
      `\`deadbeat/cogs/${file}\``,
      sentence,
    ]),
  )
  const sections = cogsOf.flatMap(({ source }) =>
    describeSource(source).map(({ name, body, throws, example }) => {
      const accessors = accessorsOf(source)
      return [
        `## ${name}`,
        body,
        ...(accessors.length > 0 ? [table([['accessor', 'what it is'], ['---', '---'], ...accessors])] : []),
        ...(throws.length > 0 ? [`Throws:\n\n${throws.map((one) => `- ${one.replace(/\s+/g, ' ')}`).join('\n')}`] : []),
        ...(example === undefined ? [] : [`\`\`\`js\n${example}\n\`\`\``]),
      ].join('\n\n')
    }),
  )
  return `# Cogs

Generated from the cogs' own documentation; their settings are in [the reference](../config/reference.md). In the
examples \`train\` is any train; \`turn\` is called by hand, to show what comes of one datum.

${table([['cog', 'import from', 'what it does'], ['---', '---', '---'], ...rows])}

${sections.join('\n\n')}
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
