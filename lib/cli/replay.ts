/** `deadbeat replay`: dead letters go through an app again. */
import { EXIT } from '../app/exit-codes.js'
import { openLetters, replayInto, type ReplayOptions } from '../app/replay/replay-app.js'
import { ReplayError } from '../app/replay/replay-error.js'
import { escapeControls } from '../errors/escape-controls.js'
import { findApp } from './find-app.js'
import { withinLoadLimit } from './load-limit.js'
import { LoadError } from './load.js'

/**
 * Replay a file of dead letters into the app of that name. The file is looked through before the app is loaded.
 *
 * @param argv The flags of the app.
 * @returns The exit code.
 */
export async function replay(
  path: string,
  into: string,
  options: ReplayOptions,
  argv: readonly string[],
): Promise<number> {
  try {
    const letters = openLetters(path, options)
    const app = await withinLoadLimit(into, argv, 'loaded', () => findApp(into, argv))
    if (app === null) {
      throw new ReplayError(
        `--into must be an app that is made with app(): ${into} is a plain script, which has run now`,
        EXIT.usage,
      )
    }
    return await replayInto(app, letters, options, argv)
  } catch (error) {
    if (!(error instanceof LoadError) && !(error instanceof ReplayError)) throw error
    process.stderr.write(
      error instanceof LoadError ? `${error.message}\n` : `replay: ${escapeControls(error.message)}\n`,
    )
    return error.exitCode
  }
}
