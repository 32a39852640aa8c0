import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { locate, neighbours } from '../../lib/cli/locate.js'
import { scratch } from '../app/scratch.js'

test('a path with its ending is that file or none', () => {
  const dir = scratch({ 'a.ts': '', 'dist/a.js': '' })
  expect(locate('a.ts', dir, '/own')).toEqual({ file: join(dir, 'a.ts'), tried: [join(dir, 'a.ts')] })
  expect(locate('b.js', dir, '/own').file).toBeNull()
})

test('without its ending what was built goes before the source, unless that is newer', () => {
  const dir = scratch({ 'apps/a.ts': '', 'dist/apps/a.js': '' })
  utimesSync(join(dir, 'apps/a.ts'), 1000, 1000)
  expect(locate('apps/a', dir, '/own').file).toBe(join(dir, 'dist/apps/a.js'))
  utimesSync(join(dir, 'dist/apps/a.js'), 500, 500)
  expect(locate('apps/a', dir, '/own').file).toBe(join(dir, 'apps/a.ts'))
})

test("the apps that come with Deadbeat are found by name, after one's own", () => {
  const own = scratch({ 'apps/a.js': '' })
  expect(locate('a', scratch({}), own).file).toBe(join(own, 'apps/a.js'))
  expect(locate('apps/a', scratch({}), own).file).toBe(join(own, 'apps/a.js'))
  const dir = scratch({ 'a.mjs': '' })
  expect(locate('a', dir, own).file).toBe(join(dir, 'a.mjs'))
})

test('a folder is no app', () => {
  expect(locate('a', scratch({ 'a.js/b': '' }), '/own').file).toBeNull()
})

test('the neighbours of a name are the scripts beside it as one would type them, and the apps that come with Deadbeat', () => {
  const own = scratch({ 'apps/o.js': '', 'apps/o.d.ts': '' })
  const dir = scratch({ 'a.ts': '', 'a.txt': '', 'apps/b.mjs': '', 'dist/apps/c.js': '', 'dist/apps/c.d.ts': '' })
  expect(neighbours('x', dir, own)).toEqual(['a', 'o'])
  expect(neighbours('./x.ts', dir, own)).toEqual(['a.ts', 'o'])
  expect(neighbours('apps/x', dir, own)).toEqual(['apps/b', 'apps/c', 'o'])
  for (const folder of ['none', 'a.txt']) expect(neighbours(`${folder}/x`, dir, own)).toEqual(['o'])
})
