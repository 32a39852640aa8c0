/** An app that a command looks at; a plain script can't be looked at. */
import type { App } from '../app/app.js'
import { EXIT } from '../app/exit-codes.js'
import { findApp } from './find-app.js'
import { withinLoadLimit } from './load-limit.js'
import { LoadError } from './load.js'

/**
 * Find the app of that name.
 *
 * @param argv The flags of the app; a plain script has run with them by the time that it is refused.
 * @param command Who asks, for the message.
 * @throws {LoadError} If there is none, it can't be loaded, or it is a plain script.
 */
export async function requireApp(name: string, argv: readonly string[], command: string): Promise<App> {
  const app = await withinLoadLimit(name, argv, 'loaded', () => findApp(name, argv))
  if (app !== null) return app
  throw new LoadError(
    `${command} needs an app that is made with app(): ${name} is a plain script, which has run now`,
    EXIT.usage,
  )
}
