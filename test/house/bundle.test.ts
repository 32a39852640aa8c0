import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filesBelow, root, textOf } from '../support/sources.js'

interface Manifest {
  readonly exports: Readonly<Record<string, string>>
}

/** The classes that doors export under another name than their own, as plain Node sees them; at the end `done`. */
function renamedClasses(): string[] {
  const { exports } = JSON.parse(textOf('package.json')) as Manifest
  const cogs = filesBelow('cogs', '.ts').map((file) => `./${file.replace(/\.ts$/, '')}`)
  const doors = [...Object.keys(exports).filter((door) => !/\*|json/.test(door)), ...cogs]
  const script = `for (const door of ${JSON.stringify(doors)}) {
    for (const [name, value] of Object.entries(await import(door.replace('.', 'deadbeat')))) {
      if (String(value).startsWith('class') && value.name !== name) console.log(door, name, value.name)
    }
  }
  console.log('done')`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  })
  return stdout.trimEnd().split('\n')
}

test('a class that a door exports has its own name', () => {
  expect(renamedClasses()).toEqual(['done'])
})

test('no class has another name than in its source', () => {
  const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => textOf(`dist/${name}`))
  const inSources = new Set(
    ['lib', 'cogs', 'apps']
      .flatMap((folder) => filesBelow(folder, '.ts'))
      .flatMap((file) =>
        [...textOf(file).matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)].map(([, name]) => name),
      ),
  )
  const inBuilt = built.flatMap((text) => [...text.matchAll(/^var (\w+) = class\b *(\w*)/gm)])
  const names = inBuilt.map(([, variable, own]) => (own === '' || own === 'extends' ? variable : own))
  expect(names.length).toBeGreaterThan(50)
  expect(names.filter((name) => !inSources.has(name))).toEqual([])
})

test('what an earlier build left behind goes, and what is not of the build stays', () => {
  const dir = mkdtempSync(join(tmpdir(), 'deadbeat-bundle-'))
  const bundle = () => spawnSync(process.execPath, ['scripts/bundle.mjs', dir], { cwd: root, encoding: 'utf8' })
  mkdirSync(join(dir, 'chunks'))
  const stale = ['chunks/OLD.js', 'chunks/OLD.js.map', 'gone.js']
  for (const name of [...stale, 'kept.d.ts']) writeFileSync(join(dir, name), '')
  expect(bundle()).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect([...stale, 'kept.d.ts', 'lib/movement/index.js'].filter((name) => existsSync(join(dir, name)))).toEqual([
    'kept.d.ts',
    'lib/movement/index.js',
  ])
  const names = () => readdirSync(dir, { recursive: true }).sort()
  const first = names()
  bundle()
  expect(names()).toEqual(first)
  rmSync(dir, { recursive: true })
})
