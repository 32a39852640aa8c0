import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@jest/globals'
import { packageRoot } from '../../lib/files/package-root.js'
import { scratch } from '../app/scratch.js'

test('it is the nearest folder with a package.json, however deep the module lies', () => {
  const dir = scratch({ 'package.json': '', 'dist/chunks/a.js': '', 'dist/lib/app/b.js': '', 'in/package.json': '' })
  const rootOf = (file: string) => packageRoot(pathToFileURL(join(dir, file)).href).pathname
  expect(['c.js', 'dist/chunks/a.js', 'dist/lib/app/b.js'].map(rootOf)).toEqual([`${dir}/`, `${dir}/`, `${dir}/`])
  expect(rootOf('in/d.js')).toBe(`${dir}/in/`)
})

test('a folder whose name must be escaped in a URL is found', () => {
  const dir = scratch({ 'a b#%/package.json': '', 'a b#%/dist/a.js': '' })
  expect(packageRoot(pathToFileURL(join(dir, 'a b#%/dist/a.js')).href)).toEqual(pathToFileURL(join(dir, 'a b#%/')))
})

test('without a module named it is this very package', () => {
  const { name } = JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as { name: string }
  expect(name).toBe('deadbeat')
})
