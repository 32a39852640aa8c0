/** A schema for people: the text of --help. */
import type { SchemaRow } from './schema.js'
import { mayLieInFile } from './secrets.js'

const WIDTH = { least: 40, most: 100, usual: 80 }

/**
 * The settings of a schema as a text, by their sections: flag, meaning, limits, default, and what its values look like.
 *
 * @param width Of the terminal, in columns; 80 if it isn't known.
 * @example
 * const text = helpText(describeSchema({ dns: { cacheMax: { doc: 'How many.', format: 'nat', default: 5 } } }))
 * assert.match(text, /^ {2}--dns.cache-max NUMBER\n {6}How many. Default 5.\n/m)
 */
export function helpText(rows: readonly SchemaRow[], width: number = WIDTH.usual): string {
  const columns = Math.min(Math.max(width, WIDTH.least), WIDTH.most)
  const sections = groupBySection(rows)
  const texts = [...sections].map(([section, members]) => {
    const title = section === '' ? 'Settings' : `Settings of ${section}`
    return `${title}:\n${members.map((row) => paragraph(row, columns)).join('')}`
  })
  return `${wrap(introduction(rows), columns, '')}\n${texts.join('\n')}${legend(rows, columns)}`
}

function introduction(rows: readonly SchemaRow[]): string {
  const [row] = rows
  if (row === undefined) return 'There is nothing to set.'
  return `Each setting may stand in a file (--config FILE), in a variable, or in a flag, which goes before the others: ${row.path}, ${row.env}, ${row.flag}.`
}

function paragraph(row: SchemaRow, columns: number): string {
  return `  ${row.flag} ${labelOf(row)}\n${wrap([row.doc, ...notes(row)].join(' '), columns, '      ')}`
}

function labelOf({ format, rule }: SchemaRow): string {
  if (typeof format !== 'string') return format.join('|')
  return rule.isList === true ? `${rule.label} ...` : rule.label
}

/** What is to be said of a setting besides its meaning, as sentences. */
function* notes(row: SchemaRow): Generator<string> {
  const { min, max, live, sensitive } = row.entry
  const unit = row.format === 'duration' ? ' ms' : row.format === 'size' ? ' bytes' : ''
  if (min !== undefined && max !== undefined) yield `From ${min} to ${max}${unit}.`
  else if (min !== undefined) yield `At least ${min}${unit}.`
  else if (max !== undefined) yield `At most ${max}${unit}.`
  if (mayLieInFile(row)) yield `A secret: ${row.flag}-file PATH reads it from a file.`
  if (row.default === undefined) yield 'Must be set.'
  else if (sensitive === true && row.default !== null) yield 'Default hidden.'
  else yield `Default ${presetOf(row.default)}${typeof row.default === 'number' ? unit : ''}.`
  if (live === true) yield 'May change while running.'
}

function presetOf(preset: unknown): string {
  if (preset === null) return 'none'
  if (typeof preset === 'string' && /^[^\s.]+(\.[^\s.]+)*$/.test(preset)) return preset
  return preset instanceof RegExp ? String(preset) : JSON.stringify(preset)
}

/** What the labels stand for, each once. */
function legend(rows: readonly SchemaRow[], columns: number): string {
  const rules = new Map<string, string>()
  for (const { format, rule } of rows) {
    const isPlain = ['TEXT', 'NUMBER', 'PATH', 'true|false'].includes(rule.label)
    if (typeof format === 'string' && !isPlain && !rules.has(rule.label)) rules.set(rule.label, rule.rule)
  }
  const lines = [...rules].map(([label, rule]) => wrap(`${label}: ${rule}`, columns, '  '))
  return lines.length === 0 ? '' : `\nValues:\n${lines.join('')}`
}

function groupBySection(rows: readonly SchemaRow[]): Map<string, SchemaRow[]> {
  const sections = new Map<string, SchemaRow[]>()
  for (const row of rows) {
    const section = row.path.includes('.') ? row.path.slice(0, row.path.indexOf('.')) : ''
    sections.set(section, [...(sections.get(section) ?? []), row])
  }
  return sections
}

/** A text in lines of at most so many columns, each with its line break; a word that is longer stands alone. */
function wrap(text: string, columns: number, indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((one) => `${indent}${one}\n`).join('')
}
