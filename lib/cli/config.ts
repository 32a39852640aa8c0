/** `deadbeat config`: what is in force, and who said so. */
import { EXIT } from '../app/exit-codes.js'
import { findSettings, type FoundSettings } from '../app/find-settings.js'
import { complain } from '../app/run-app.js'
import { jsonSchema } from '../conf/json-schema.js'
import { describeSchema, type SchemaRow } from '../conf/schema.js'
import { ConfigError } from '../errors/index.js'
import { escapeControls } from '../errors/escape-controls.js'
import { LoadError } from './load.js'
import { requireApp } from './require-app.js'

/** What is shown, and how. */
export interface ConfigOptions {
  /** As JSON on stdout. */
  readonly json: boolean
  /** The JSON Schema of the app's configuration files instead. */
  readonly schema: boolean
}

/** One setting as it is shown. */
interface Shown {
  readonly path: string
  readonly value: string
  readonly origin: string
}

const HIDDEN = '(hidden)'

/**
 * Show the settings of an app, each with where it comes from; secrets are hidden.
 *
 * @param argv The flags of the app.
 * @returns The exit code: 78 if a setting is wrong.
 */
export async function config(name: string, options: ConfigOptions, argv: readonly string[]): Promise<number> {
  try {
    const app = await requireApp(name, argv, 'config')
    const rows = describeSchema(app.schema)
    if (options.schema) {
      process.stdout.write(`${JSON.stringify(jsonSchema(rows, app.name), null, 2)}\n`)
      return EXIT.ok
    }
    try {
      const found = findSettings(app, { argv })
      process.stdout.write(options.json ? jsonOf(app.name, rows, found) : textOf(app.name, rows, found))
      for (const warning of found.warnings) process.stderr.write(`${app.name}: ${escapeControls(warning)}\n`)
      return EXIT.ok
    } catch (error) {
      if (error instanceof ConfigError) return complain(app, error)
      throw error
    }
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}

function textOf(name: string, rows: readonly SchemaRow[], found: FoundSettings): string {
  const shown = rows.map((row): Shown => {
    const { origin = '', written } = found.origins.get(row.path) ?? {}
    return { path: row.path, value: isHidden(row, written) ? HIDDEN : textOfValue(written), origin }
  })
  const widthOf = (texts: readonly string[]): number => Math.min(40, Math.max(...texts.map(({ length }) => length)))
  const paths = widthOf(shown.map(({ path }) => path))
  const values = widthOf(shown.map(({ value }) => value))
  const lines = shown.map(
    ({ path, value, origin }) => `${path.padEnd(paths)}  ${value.padEnd(values)}  ${escapeControls(origin)}\n`,
  )
  return `${name}, with ${found.file ?? 'no configuration file'}\n${lines.join('')}`
}

function jsonOf(name: string, rows: readonly SchemaRow[], found: FoundSettings): string {
  const settings = rows.map((row) => {
    const { origin = '', written } = found.origins.get(row.path) ?? {}
    const value = valueAt(found.settings, row.path)
    const hides = isHidden(row, written)
    return [
      row.path,
      {
        value: hides ? HIDDEN : value instanceof RegExp ? String(value) : value,
        written: hides ? HIDDEN : written,
        origin,
        live: row.entry.live === true,
      },
    ]
  })
  return `${JSON.stringify({ app: name, config: found.file, settings: Object.fromEntries(settings) as unknown })}\n`
}

function isHidden({ entry }: SchemaRow, written: unknown): boolean {
  return entry.sensitive === true && written !== null
}

/** As one would write it; what isn't set has none. */
function textOfValue(written: unknown): string {
  if (written === null) return '-'
  if (written instanceof RegExp) return escapeControls(String(written))
  if (typeof written === 'string' && /^[^\s"]+$/.test(written)) return escapeControls(written)
  return escapeControls(JSON.stringify(written))
}

function valueAt(settings: unknown, path: string): unknown {
  let value = settings
  for (const key of path.split('.')) value = (value as Readonly<Record<string, unknown>>)[key]
  return value
}
