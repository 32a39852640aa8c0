import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { needsHooks } from '../../../lib/app/typescript/install.js'
import { deadbeat, scratch } from '../scratch.js'

test('hooks are needed for TypeScript, and not for JavaScript whose project has deadbeat', () => {
  const dir = scratch({ 'node_modules/deadbeat/package.json': '{}' })
  expect(['a.ts', 'a.mts', 'a.js', 'a.mjs'].map((name) => needsHooks(join(dir, name)))).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('with the hooks a script outside any project has deadbeat, and TypeScript imports TypeScript', () => {
  const dir = scratch({
    'a.mjs': "import { one } from 'deadbeat'\nimport { b } from './b.ts'\nconsole.log(typeof one, b)\n",
    'b.ts': "import { c } from './c.js'\nexport const b: string = c\n",
    'c.ts': "export const c: string = 'c'\n",
  })
  expect(deadbeat(dir, ['run', 'a'])).toEqual({ status: 0, stdout: 'function c\n', stderr: '' })
})
