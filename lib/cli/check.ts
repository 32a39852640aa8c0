/** `deadbeat check`: is a configuration right, and what train would it be? */
import { checkApp, type Checked } from '../app/check-app.js'
import { EXIT } from '../app/exit-codes.js'
import { textOfFaults } from '../app/complaint.js'
import { escapeControls } from '../errors/escape-controls.js'
import { appOfConfig, isConfigFile } from './app-of-config.js'
import { failureOf } from './check-failure.js'
import { withinLoadLimit } from './load-limit.js'
import { LoadError } from './load.js'
import { requireApp } from './require-app.js'

/** How a check is told. */
export interface CheckOptions {
  /** As a line of JSON on stdout. */
  readonly json: boolean
}

/**
 * Check an app with its configuration, or a configuration file with the app that it is for.
 *
 * @param target The app, or the file.
 * @param argv The flags of the app.
 * @returns The exit code: 0 if all is right, 78 if a setting is wrong, 65 if the app is.
 */
export async function check(target: string, { json }: CheckOptions, argv: readonly string[]): Promise<number> {
  const isFile = isConfigFile(target)
  const name = isFile ? appOfConfig(target) : target
  const tell = json ? tellJson : tellText
  try {
    const flags = isFile ? ['--config', target, ...argv] : argv
    const app = await requireApp(name, flags, 'check')
    try {
      const checked = await withinLoadLimit(name, flags, 'built', () => checkApp(app, { argv: flags }))
      tell(app.name, checked, [])
      return EXIT.ok
    } catch (error) {
      const { code, faults } = failureOf(error)
      tell(app.name, null, faults)
      return code
    }
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    tell(name, null, [error.message])
    return error.exitCode
  }
}

function tellText(name: string, checked: Checked | null, faults: readonly string[]): void {
  if (checked === null) {
    process.stderr.write(textOfFaults(name, faults))
    return
  }
  for (const warning of checked.warnings) process.stderr.write(`${name}: ${escapeControls(warning)}\n`)
  const lines = checked.lines.map((line) => `  ${line.join(' → ')}\n`)
  process.stdout.write(
    `${name} is right, with ${checked.file ?? 'no configuration file'}; its train would be:\n${lines.join('')}`,
  )
}

function tellJson(name: string, checked: Checked | null, faults: readonly string[]): void {
  const { file = null, warnings = [], lines = [] } = checked ?? {}
  process.stdout.write(
    `${JSON.stringify({ app: name, ok: checked !== null, config: file, faults, warnings, lines })}\n`,
  )
}
