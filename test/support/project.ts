/** Empty projects of a user, outside of the checkout, with Deadbeat installed as npm would install it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './sources.js'
import { temporary } from './temporary.js'

interface Manifest {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly bundleDependencies: readonly string[]
}

/** A new project with these files. Deadbeat is a link to this checkout, or what `npm pack` makes of it. */
export function emptyProject(form: 'linked' | 'packed', files: Readonly<Record<string, string>>): string {
  const dir = temporary()
  for (const [name, text] of Object.entries({ 'package.json': '{"name":"mine","version":"1.0.0"}', ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  const modules = join(dir, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  if (form === 'linked') symlinkSync(root, join(modules, 'deadbeat'))
  else unpack(modules)
  symlinkSync('../deadbeat/dist/lib/cli/main.js', join(modules, '.bin', 'deadbeat'))
  chmodSync(join(modules, '.bin', 'deadbeat'), 0o755) // As npm does with what a package has as `bin`.
  return dir
}

/** What `npm install --ignore-scripts` of the tarball would do, without asking a registry: nothing of it is run. */
function unpack(modules: string): void {
  const { dependencies, bundleDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  const npm = ['pack', '--ignore-scripts', '--silent', '--pack-destination', dirname(modules)]
  const name = execFileSync('npm', npm, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  const own = join(modules, 'deadbeat')
  mkdirSync(own)
  execFileSync('tar', ['xzf', join(dirname(modules), name), '--strip-components=1', '-C', own])
  for (const dependency of Object.keys(dependencies).filter((one) => !bundleDependencies.includes(one))) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true })
    symlinkSync(join(root, 'node_modules', dependency), join(modules, dependency))
  }
}
