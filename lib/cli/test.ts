/** `deadbeat test`: an app is tried with its example files. */
import { EXIT } from '../app/exit-codes.js'
import { testApp, type TestAppOptions } from '../app/examples/test-app.js'
import { findApp } from './find-app.js'
import { withinLoadLimit } from './load-limit.js'
import { LoadError } from './load.js'

/** The flags as they were written. */
export interface TestFlags extends Omit<TestAppOptions, 'patienceMs' | 'timeoutMs'> {
  readonly patience: string
  readonly timeout: string
}

/**
 * Try the app of that name with its examples.
 *
 * @param argv The flags of the app.
 * @returns The exit code.
 */
export async function test(name: string, flags: TestFlags, argv: readonly string[]): Promise<number> {
  const { patience, timeout, ...options } = flags
  for (const [flag, text] of Object.entries({ patience, timeout })) {
    if (/^\d+$/.test(text)) continue
    process.stderr.write(`--${flag} must be a number of milliseconds: it is ${JSON.stringify(text)}\n`)
    return EXIT.usage
  }
  try {
    const app = await withinLoadLimit(name, argv, 'loaded', () => findApp(name, argv))
    if (app !== null)
      return await testApp(app, { ...options, patienceMs: Number(patience), timeoutMs: Number(timeout) }, argv)
    process.stderr.write(`${name} is a plain script, which has run now: only what is made with app() can be tried\n`)
    return EXIT.usage
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}
