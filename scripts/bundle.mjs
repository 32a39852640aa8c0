// node scripts/bundle.mjs [FOLDER]: makes the JavaScript of dist from the sources. Each file that a process loads costs
// it up to a millisecond, so what is always loaded together becomes one. tsc puts the declarations beside.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { root } from './steps.mjs'

const dist = resolve(root, process.argv[2] ?? 'dist')
const { bin, engines, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

// Everything that is found by its place: what the package exports, and what its own code looks for.
const doors = [...Object.values(exports), ...Object.values(bin)]
  .filter((path) => path.startsWith('./dist/'))
  .map((path) => path.replace('./dist/', '').replace(/\.js$/, '.ts'))
const entryPoints = [...doors, 'apps/*.ts', 'lib/app/typescript/hooks.ts', 'lib/app/worker.ts']

// A file that others share would be one of its own for each set of doors that reach it. What is small is cheaper
// loaded whole, and what one file needs anyway is: who imports anything of a group imports all of it, so that each
// group becomes one file.
const SMALL_BYTES = 2560
const GROUPS = {
  leaves: { folders: ['lib/files', 'lib/time', 'lib/net', 'lib/text'], isMember: isNeededBy('lib/app/run-app.ts') },
  inserts: { folders: ['lib/items', 'lib/stream', 'lib/control', 'lib/net'], isMember: isNeededBy('lib/app/index.ts') },
  errors: { folders: ['lib/errors', 'lib/settings'] },
  small: { folders: ['lib/files', 'lib/net', 'lib/time', 'lib/text'], isMember: isSmallLeaf },
  movement: { folders: ['lib/movement'], isMember: isNeededBy('lib/movement/index.ts') },
  items: { folders: ['lib/items'], isMember: isNeededBy('lib/items/model/store.ts') },
  app: { folders: ['lib/app', 'lib/cli'], isMember: isNeededBy('lib/cli/run.ts') },
  conf: { folders: ['lib/conf'], isMember: isNeededBy('lib/conf/index.ts') },
  log: { folders: ['lib/log'], isMember: isNeededBy('lib/log/index.ts') },
  daemon: { folders: ['lib/daemon'], isMember: isNeededBy('lib/daemon/index.ts') },
  run: { folders: ['lib/app', 'lib/control'], isMember: isNeededBy('lib/app/run-app.ts', 'lib/app/index.ts') },
}
const groupOf = new Map(Object.entries(GROUPS).flatMap(([group, rule]) => membersOf(rule).map((file) => [file, group])))

function membersOf({ folders, isMember = () => true }) {
  return folders
    .flatMap((folder) =>
      readdirSync(resolve(root, folder), { recursive: true }).map((name) => resolve(root, folder, name)),
    )
    .filter((file) => file.endsWith('.ts') && isMember(file))
}

/** Whether a file is always loaded with one, and not only where it is needed; and if so, not with another. */
function isNeededBy(one, other = null) {
  const needed = reachedFrom(resolve(root, one))
  const others = other === null ? new Set() : reachedFrom(resolve(root, other))
  return (file) => needed.has(file) && !others.has(file)
}

/** What a file imports, and what that imports: not what is only loaded where it is needed. */
function reachedFrom(file, found = new Set()) {
  if (found.has(file) || !existsSync(file)) return found
  found.add(file)
  for (const imported of importsOf(file)) reachedFrom(imported, found)
  return found
}

function importsOf(file) {
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type)[^'"]*?from '([.][^']+)[.]js'/gm)
  return [...imports].map(([, from]) => `${resolve(dirname(file), from)}.ts`)
}

/** Whether a file is small, and needs nothing but other files of ours and Node. */
function isSmallLeaf(file) {
  const isSmall = statSync(file).size <= SMALL_BYTES
  return isSmall && !/from '[a-z@]/.test(readFileSync(file, 'utf8').replaceAll("from 'node:", 'from '))
}

const together = {
  name: 'groups',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^group:/ }, ({ path }) => ({ path, namespace: 'group' }))
    onLoad({ filter: /.*/, namespace: 'group' }, ({ path }) => ({
      contents: [...groupOf]
        .filter(([, group]) => path === `group:${group}`)
        .map(([file]) => `import ${JSON.stringify(file)}`)
        .join('\n'),
      resolveDir: root,
    }))
    // Behind its own imports: the group's files import each other, and none of them the group.
    onLoad({ filter: /[.]ts$/ }, ({ path }) => {
      const groups = new Set(importsOf(path).map((imported) => groupOf.get(imported)))
      groups.delete(undefined)
      groups.delete(groupOf.get(path))
      const more = [...groups].map((group) => `\nimport 'group:${group}'`)
      return { contents: readFileSync(path, 'utf8') + more.join(''), loader: 'ts' }
    })
  },
}

const options = {
  absWorkingDir: root,
  outbase: '.',
  outdir: dist,
  write: false,
  bundle: true,
  platform: 'node',
  target: engines.node.replace('>=', 'node'),
  packages: 'external',
  logLevel: 'warning',
}

const { outputFiles } = await build({
  ...options,
  plugins: [together],
  entryPoints,
  splitting: true,
  chunkNames: 'chunks/[hash]',
  format: 'esm',
  sourcemap: true,
})

// The program of a job's process is one file, for that is all it may read; a script starts faster than a module.
const jobHost = await build({
  ...options,
  entryPoints: ['lib/runner/host/child/main.ts'],
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
})
outputFiles.push(...jobHost.outputFiles)

// Of a group's own file nothing is left: what it imports is imported beside it, too. Lines stay where source maps say.
const [empty, whole] = [true, false].map((isEmpty) =>
  outputFiles.filter(({ path, text }) => (path.endsWith('.js') && /^\/\/# .*\n$/.test(text)) === isEmpty),
)
const toEmpty = new RegExp(
  `^import "[./]+(?:chunks/)?(?:${empty.map(({ path }) => basename(path)).join('|')})";$`,
  'gm',
)

// The entries come last: a process that starts meanwhile finds the chunks that they name.
const isChunk = ({ path }) => relative(dist, path).startsWith('chunks')
for (const file of [...whole.filter(isChunk), ...whole.filter((one) => !isChunk(one))]) {
  mkdirSync(dirname(file.path), { recursive: true })
  writeFileSync(file.path, /\.c?js$/.test(file.path) ? withNames(file.text.replace(toEmpty, '')) : file.contents)
}

const made = new Set(whole.map(({ path }) => path))
for (const name of readdirSync(dist, { recursive: true })) {
  const path = resolve(dist, name)
  if (/\.js(\.map)?$/.test(name) && !made.has(path)) rmSync(path)
}

/**
 * A class that names itself becomes `var X = class _X`, but logs, dead letters and stacks tell its name. The blank
 * keeps every column where the source map says that it is.
 */
function withNames(text) {
  const names = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name)
  return names.reduce((renamed, name) => renamed.replace(new RegExp(`\\b_${name}\\b`, 'g'), ` ${name}`), text)
}
