// What `npm run demo` and `npm run verify` share: checks of the machine, installing, building. Plain enough for any Node
// that can load a module, so that one that is too old can say so.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const UNAVAILABLE = 69 // EX_UNAVAILABLE of sysexits.h

/** End with one line that says what is missing. */
export function giveUp(line, code = UNAVAILABLE) {
  process.stderr.write(`${line}\n`)
  process.exit(code)
}

/** End unless the running Node is one that package.json allows. */
export function requireNode() {
  const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const [major, minor] = engines.node.replace('>=', '').split('.').map(Number)
  const [here, hereMinor] = process.versions.node.split('.').map(Number)
  if (here > major || (here === major && hereMinor >= minor)) return
  giveUp(
    `Deadbeat needs Node ${engines.node}: this is ${process.versions.node}. Install a newer one from https://nodejs.org`,
  )
}

/** Run a command; its output goes to the terminal, or is kept and shown only if it fails. Answers whether it went well. */
export function run(command, args, { quiet = false, env = {}, timeoutMs = 0 } = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
    timeout: timeoutMs,
  })
  if (status !== 0 && quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  return status === 0
}

/** Install the packages of the lock file, unless they are there already. Answers whether they are there now. */
export function installPackages() {
  const installed = `${root}node_modules/.package-lock.json`
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs) return true
  return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true })
}

/** Compile the native binding. Where that can't be done, everything falls back. */
export function buildNative(options) {
  return run(process.execPath, ['packages/inotify-ts/scripts/build.mjs'], options)
}

/** Make what the package ships: declarations and JavaScript. */
export function build(options) {
  return run('npm', ['run', '--silent', 'build'], options)
}
