/** `deadbeat run`: an app in the foreground. */
import type { Command } from 'commander'
import { EXIT } from '../app/exit-codes.js'
import { LoadError, loadApp } from './load.js'
import { locate } from './locate.js'

/** Add the command to the program. `end` is told the exit code, unless the app is a script that goes on by itself. */
export function addRun(program: Command, end: (code: number) => void): void {
  program
    .command('run')
    .summary('run an app in the foreground')
    .description('Run an app in the foreground until its supplies end or a signal stops it.')
    .argument('<app>', "the app's file, with or without its ending; or the name of one that comes with Deadbeat")
    .argument(
      '[settings...]',
      '--config FILE, --state-dir DIR, or any setting: --input.filenames a.log; --help lists them',
    )
    .helpOption(false) // After an app, --help asks for the app's settings.
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (name: string, argv: string[]) => {
      const code = await run(name, argv)
      if (code !== null) end(code)
    })
}

/**
 * Run the app of that name.
 *
 * @returns Its exit code; null if it was a plain script, which ends by itself.
 */
export async function run(name: string, argv: readonly string[]): Promise<number | null> {
  const { file, tried } = locate(name)
  if (file === null) {
    process.stderr.write(`there is no app ${name}; looked for:\n${tried.map((one) => `  ${one}\n`).join('')}`)
    return EXIT.noinput
  }
  process.argv = [process.execPath, file, ...argv] // A plain script reads its flags here.
  try {
    const app = await loadApp(file)
    if (app === null) return null
    const { runApp } = await import('../app/run-app.js')
    return await runApp(app, { argv })
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}
