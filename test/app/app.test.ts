import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { app, becomeLoader, isApp } from '../../lib/app/app.js'
import { stripTypes } from '../../lib/typescript/transform.js'
import { insert } from '../../lib/settings/index.js'
import { COUNT, SHOUT, messages, node, scratch } from './scratch.js'

const make = (more: object = {}) => app({ name: 'a', config: {}, build: () => undefined, ...more })

test('an app knows its name, its file and its inserts, with those of every app among them', () => {
  const made = make({ config: { input: insert({ n: { doc: 'x', default: 1 } }) }, doc: 'Does.' })
  expect([made.name, made.doc, made.file]).toEqual(['a', 'Does.', fileURLToPath(import.meta.url)])
  expect(Object.keys(made.schema)).toEqual([
    'input',
    'checkpoints',
    'control',
    'cut',
    'daemon',
    'items',
    'kv',
    'log',
    'metrics',
    'persist',
    'train',
  ])
  expect([isApp(made), isApp({ ...made }), isApp(null), isApp(() => made)]).toEqual([true, true, false, false])
})

test("an impossible name and a section that is every app's own are refused", () => {
  expect(() => make({ name: '../a' })).toThrow('an app\'s name must be lower-case letters, digits and -: it is "../a"')
  expect(() => make({ config: { log: {} } })).toThrow('a has a section log')
})

test('who loads apps himself hears of each', () => {
  const { apps } = becomeLoader()
  const made = make()
  expect([apps.at(-1), becomeLoader().apps]).toEqual([made, apps])
})

test('an app runs by itself if its file is the program, and only describes itself if it is imported', () => {
  const dir = scratch({
    'package.json': '{"type":"module"}',
    'count.js': stripTypes(COUNT, 'count.ts', null),
    'shout.js': stripTypes(SHOUT, 'shout.ts', null),
    'other.js': "import count from './count.js'\nconsole.log(count.name)\n",
    'node_modules/deadbeat/package.json': JSON.stringify({
      name: 'deadbeat',
      exports: {
        '.': './movement.js',
        './app': './app.js',
      },
      type: 'module',
    }),
    'node_modules/deadbeat/movement.js': `export * from ${JSON.stringify(`${process.cwd()}/dist/lib/movement/index.js`)}`,
    'node_modules/deadbeat/app.js': `export * from ${JSON.stringify(`${process.cwd()}/dist/lib/app/index.js`)}`,
  })
  const ran = node(dir, ['count.js', '--input.to=1'])
  expect(ran).toMatchObject({ status: 0, stdout: '1!\nfinishing\n' })
  expect(messages(ran.stderr)).toEqual(['configuration: none', 'stopped'])
  expect(node(dir, ['count'], {}).stdout).toBe('1!\n2!\nfinishing\n')
  expect(node(dir, ['other.js'])).toEqual({ status: 0, stdout: 'count\n', stderr: '' })
})
