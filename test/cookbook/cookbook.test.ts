// The recipes for formats of logs in docs/cookbook.md: each app is run as a process of its own on the lines of its log, and what it writes is
// compared with what the book says.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { root, textOf } from '../support/sources.js'
import { temporary } from '../support/temporary.js'

/** Within the project, so that the apps find it by its name. */
const folder = join(root, 'build', 'cookbook')
const states = temporary()
mkdirSync(folder, { recursive: true })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the book says of logs: other chapters have examples of their own, which run with all the others. */
function chapter(): string {
  const [, text = ''] = textOf('docs/cookbook.md').split(/^## Logs in .*\n/m)
  return text.split(/^## /m)[0] ?? ''
}

/** The recipes, each with its title, the lines of its log, its app, and what that writes. */
function recipes(): { title: string; log: string; app: string; out: string }[] {
  const [, ...sections] = chapter().split(/^### /m)
  return sections.map((section) => {
    const block = (language: string) => new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(section)?.[1] ?? ''
    return { title: section.split('\n')[0] ?? '', log: block('log'), app: block('ts'), out: block('out') }
  })
}

test.each(recipes().map((recipe, i) => ({ ...recipe, i })))('$title', ({ log, app, out, i }) => {
  const file = join(folder, `${i}.ts`)
  writeFileSync(file, app)
  const command = [join(root, 'dist/lib/cli/main.js'), 'run', file, '--state-dir', join(states, String(i))]
  const { stdout, stderr, status } = spawnSync(process.execPath, command, { input: log, encoding: 'utf8', cwd: root })
  expect({ status, stdout, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stdout: out, stderr: '' })
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toBeInstanceOf(Object)
})

test('there are more than twenty formats, each with its log, its documentation and its result', () => {
  const all = recipes()
  expect(all.length).toBeGreaterThan(20)
  expect(all.filter(({ log, app, out }) => log === '' || app === '' || out === '')).toEqual([])
  const sections = chapter().split(/^### /m).slice(1)
  expect(sections.filter((section) => !section.includes(' See '))).toEqual([])
})
