import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../support/sources.js'

/** The modules that importing a door loads, besides Node's own, relative to the project. */
function loadedBy(door: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'deadbeat-loads-'))
  const log = join(folder, 'loads')
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', join(root, 'test/support/log-loads.mjs'), '--input-type=module', '--eval', `import '${door}'`],
    { cwd: root, encoding: 'utf8', env: { ...process.env, LOADS: log } },
  )
  const urls = status === 0 ? readFileSync(log, 'utf8').split('\n') : [stderr]
  rmSync(folder, { recursive: true })
  return urls.filter((url) => url.startsWith('file:')).map((url) => url.slice(`file://${root}`.length))
}

test('the door of the movement loads only the movement and its leaves', () => {
  const loaded = loadedBy('deadbeat')
  expect(loaded.length).toBeGreaterThan(10)
  expect(loaded.length).toBeLessThan(75)
  const strangers = loaded.filter(
    (path) => !/^(dist\/lib\/(movement|errors|settings)|packages\/inotify-ts)\//.test(path),
  )
  expect(strangers).toEqual([])
})

test('only its own door loads rxjs', () => {
  const hasRxjs = (door: string): boolean => loadedBy(door).some((path) => path.includes('node_modules/rxjs'))
  expect(hasRxjs('deadbeat/rx')).toBe(true)
  expect(['deadbeat/app', 'deadbeat/conf', 'deadbeat/log', 'deadbeat/testing'].filter(hasRxjs)).toEqual([])
})

test('a cog loads its own soft dependency, and no other does', () => {
  const hasCsv = (door: string): boolean => loadedBy(door).some((path) => path.includes('node_modules/csv-parse'))
  expect(hasCsv('deadbeat/cogs/parse-csv')).toBe(true)
  expect(hasCsv('deadbeat/cogs/dedupe')).toBe(false)
})

test('what only some apps use is not loaded by a door', () => {
  const hasPackage = (door: string, name: string): boolean =>
    loadedBy(door).some((path) => path.includes(`node_modules/${name}`))
  expect(hasPackage('deadbeat/cogs/file-watcher-supply', 'tinyglobby')).toBe(false)
  expect(hasPackage('deadbeat/cogs/anonymise', 'ipaddr.js')).toBe(false)
})
