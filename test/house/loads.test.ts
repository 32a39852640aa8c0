import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { root, textOf } from '../support/sources.js'

/** The files that a process loads besides Node's own, relative to the project. */
function filesLoadedBy(...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'deadbeat-loads-'))
  const log = join(folder, 'loads')
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', join(root, 'test/support/log-loads.mjs'), ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, LOADS: log } },
  )
  const urls = status === 0 ? readFileSync(log, 'utf8').split('\n') : [stderr]
  rmSync(folder, { recursive: true })
  return urls.filter((url) => url.startsWith('file:')).map((url) => url.slice(`file://${root}`.length))
}

/** The same for the import of a door; in place of what was built stand the sources that it was made of. */
function loadedBy(door: string): string[] {
  return filesLoadedBy('--input-type=module', '--eval', `import '${door}'`).flatMap(sourcesOf)
}

function hasPackage(door: string, name: string): boolean {
  return loadedBy(door).some((path) => path.startsWith(`node_modules/${name}/`))
}

function sourcesOf(file: string): string[] {
  if (!file.startsWith('dist/')) return [file]
  const { sources } = JSON.parse(textOf(`${file}.map`)) as { sources: string[] }
  return sources.map((source) => normalize(join(file, '..', source)))
}

test('the door of the movement loads only the movement and its leaves', () => {
  const loaded = loadedBy('deadbeat')
  expect(loaded).toContain('lib/movement/train/train.ts')
  const strangers = loaded.filter((path) => !/^(lib\/(movement|errors|settings)|packages\/inotify-ts)\//.test(path))
  expect(strangers).toEqual([])
})

test('an app loads what it is made of, in few files', () => {
  const command = ['dist/lib/cli/main.js', 'run', 'dist/apps/shape-json.js', '--help']
  const built = [...new Set(filesLoadedBy(...command).filter((file) => file.startsWith('dist/')))]
  expect(built.flatMap(sourcesOf).length).toBeGreaterThan(80)
  expect(built.length).toBeLessThan(35)
})

test('what an app takes of Node is loaded before V8 is told to spare memory, for else it is compiled anew', () => {
  const tell = `import { builtinModules } from 'node:module'
    process.on('exit', () => {
      const names = process.moduleLoadList.map((name) => name.replace('NativeModule ', ''))
      console.log(names.filter((name) => builtinModules.includes(name)).join())
    })`
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(tell)}`,
      'dist/lib/cli/main.js',
      'run',
      'dist/apps/shape-json.js',
      '--help',
    ],
    { cwd: root, encoding: 'utf8' },
  )
  const names = stdout.trimEnd().split('\n').at(-1)?.split(',') ?? []
  expect(names).toContain('cluster')
  expect(names.at(-1)).toBe('worker_threads') // Told last in lib/process/starting.ts: none comes later.
})

test('only its own door loads the log and the configuration', () => {
  const packages = (door: string) => ['pino', 'convict'].filter((name) => hasPackage(door, name))
  expect(['deadbeat', 'deadbeat/rx', 'deadbeat/cogs/line-drain'].flatMap(packages)).toEqual([])
  expect([packages('deadbeat/log'), packages('deadbeat/conf')]).toEqual([['pino'], ['convict']])
})

test('only its own door loads rxjs', () => {
  const hasRxjs = (door: string) => hasPackage(door, 'rxjs')
  expect(hasRxjs('deadbeat/rx')).toBe(true)
  expect(['deadbeat', 'deadbeat/app', 'deadbeat/conf', 'deadbeat/log', 'deadbeat/testing'].filter(hasRxjs)).toEqual([])
})

test('the door of kv loads no store that is not asked for', () => {
  expect(hasPackage('deadbeat/kv', 'sorted-btree')).toBe(true)
  expect(['lmdb', '@grpc/grpc-js', 'rxjs'].filter((name) => hasPackage('deadbeat/kv', name))).toEqual([])
})

test('a cog loads its own soft dependency, and no other does', () => {
  const hasCsv = (door: string) => hasPackage(door, 'csv-parse')
  expect(hasCsv('deadbeat/cogs/parse-csv')).toBe(true)
  expect(hasCsv('deadbeat/cogs/dedupe')).toBe(false)
})

test('what only some apps use is not loaded by a door', () => {
  expect(hasPackage('deadbeat/cogs/file-watcher-supply', 'tinyglobby')).toBe(false)
  expect(hasPackage('deadbeat/cogs/anonymise', 'ipaddr.js')).toBe(false)
})

test('only deadbeat kv loads the kv, and help needs no store', () => {
  const kv = filesLoadedBy('dist/lib/cli/main.js', 'kv', '--help').flatMap(sourcesOf)
  expect(kv).toContain('lib/kv/open-kv.ts')
  expect(kv.filter((path) => /^node_modules\/(lmdb|@grpc)\//.test(path))).toEqual([])
  const other = filesLoadedBy('dist/lib/cli/main.js', '--help').flatMap(sourcesOf)
  expect(other.filter((path) => /^lib\/(cli\/)?kv\//.test(path))).toEqual([])
})
