// node scripts/bundle.mjs [FOLDER]: makes the JavaScript of dist from the sources. Each file that a process loads costs
// it up to a millisecond, so what is always loaded together becomes one. tsc puts the declarations beside.
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { root } from './steps.mjs'

const dist = resolve(root, process.argv[2] ?? 'dist')
const { bin, engines, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

// Everything that is found by its place: what the package exports, and what its own code looks for.
const doors = [...Object.values(exports), ...Object.values(bin)]
  .filter((path) => path.startsWith('./dist/'))
  .map((path) => path.replace('./dist/', '').replace(/\.js$/, '.ts'))
const entryPoints = [...doors, 'apps/*.ts', 'lib/app/typescript/hooks.ts', 'lib/app/worker.ts']

// A small file that some cogs share would be one of its own for each set of cogs that share it: all cogs, apps and
// commands take the small ones together, and those that only a few of them need cost less than a file more.
const SMALL_BYTES = 2048
const small = ['lib/errors', 'lib/settings', 'lib/files', 'lib/net', 'lib/time', 'lib/text']
  .flatMap((folder) => readdirSync(resolve(root, folder)).map((name) => resolve(root, folder, name)))
  .filter((file) => file.endsWith('.ts') && statSync(file).size <= SMALL_BYTES)
  .filter((file) => !/from '[a-z@]/.test(readFileSync(file, 'utf8').replaceAll("from 'node:", 'from ')))
const together = {
  name: 'small files together',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^small-files$/ }, () => ({ path: 'small-files', namespace: 'together' }))
    onLoad({ filter: /.*/, namespace: 'together' }, () => ({
      contents: small.map((file) => `import ${JSON.stringify(file)}`).join('\n'),
      resolveDir: root,
    }))
    onLoad({ filter: /[/](cogs|apps)[/][^/]+[.]ts$|[/]lib[/](app[/]index|cli[/]main)[.]ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const isOurs = !relative(join(root, '.'), path).startsWith('..') && !path.includes('node_modules')
      return { contents: isOurs ? `${text}\nimport 'small-files'\n` : text, loader: 'ts' }
    })
  },
}

const { outputFiles } = await build({
  plugins: [together],
  absWorkingDir: root,
  entryPoints,
  outbase: '.',
  outdir: dist,
  write: false,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[hash]',
  format: 'esm',
  platform: 'node',
  target: engines.node.replace('>=', 'node'),
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})

// The entries come last: a process that starts meanwhile finds the chunks that they name.
const isChunk = ({ path }) => relative(dist, path).startsWith('chunks')
for (const file of [...outputFiles.filter(isChunk), ...outputFiles.filter((one) => !isChunk(one))]) {
  mkdirSync(dirname(file.path), { recursive: true })
  writeFileSync(file.path, file.path.endsWith('.js') ? withNames(file.text) : file.contents)
}

const made = new Set(outputFiles.map(({ path }) => path))
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
