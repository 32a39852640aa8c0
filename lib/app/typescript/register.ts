/**
 * For `node --import deadbeat/typescript`: scripts and tests in TypeScript are loaded as `deadbeat run` loads apps, also
 * by a Node that knows none.
 */
import { installHooks } from './install.js'

await installHooks()
