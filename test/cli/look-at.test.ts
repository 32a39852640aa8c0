import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../support/child.js'
import { IDLE } from '../support/daemon-app.js'
import { scratch } from '../app/scratch.js'

/** In a process of its own, for it loads apps. */
async function look(name: string, argv: readonly string[] = []) {
  const dir = scratch({
    'apps/idle.js': IDLE,
    'a.mjs': 'console.log("it ran")',
    'b.mjs': 'console.log("ran"); app()',
    'c.mjs': '// deadbeat/app\nexport const b = 1\nconsole.log("it ran")',
    'd.mjs': 'export default "app("\nif (process.argv[1] === import.meta.filename) console.log("it served")',
  })
  const body = `process.chdir(${JSON.stringify(dir)})
    const { lookAt } = await import(source + 'lib/cli/look-at.ts')
    try {
      const { app, prepared, pidFile } = await lookAt(${JSON.stringify(name)}, ${JSON.stringify(argv)})
      console.log(JSON.stringify([app.name, prepared.settings.log.file, pidFile]))
    } catch (error) { console.log(JSON.stringify([error.code, error.exitCode ?? null])) }`
  const { lines, errors } = await runScript(body, FROM_SOURCE)
  expect(errors).toBe('')
  return { dir, told: lines.map((line) => JSON.parse(line) as unknown) }
}

test('pid file and log of the daemon are found, and nothing is made', async () => {
  const { told } = await look('apps/idle', ['--state-dir', '/none/s', '--runtime-dir', '/none/r'])
  expect(told).toEqual([['idle', '/none/s/idle.log', '/none/r/idle.pid']])
  const { dir, told: set } = await look('apps/idle', ['--daemon.pid-file', 'a.pid', '--log.file', 'a.log'])
  expect(set).toEqual([['idle', join(dir, 'a.log'), join(dir, 'a.pid')]])
})

test('a plain script is refused, and not run', async () => {
  expect((await look('a.mjs')).told).toEqual([['ERR_LOAD', 64]])
  expect((await look('c.mjs')).told).toEqual([['ERR_LOAD', 64]])
})

test('what a file does where Node was started with it, it does not when it is looked at', async () => {
  expect((await look('d.mjs')).told).toEqual([['ERR_LOAD', 64]])
})

test('a wrong setting and an app that is not there are told', async () => {
  expect((await look('apps/idle', ['--input.x'])).told).toEqual([['ERR_CONFIG', null]])
  expect((await look('apps/none')).told).toEqual([['ERR_LOAD', 66]])
})

test('to find a daemon nothing has to be set that only its train needs', async () => {
  const app = IDLE.replace("default: 'never'", '').replace("['never', 'build', 'start', 'later', 'hang']", "'text'")
  const dir = scratch({ 'apps/idle.js': app })
  const { lines } = await runScript(
    `process.chdir(${JSON.stringify(dir)})
    const { lookAt, placesOf } = await import(source + 'lib/cli/look-at.ts')
    console.log(JSON.stringify([
      (await placesOf('apps/idle', ['--daemon.pid-file', '/x.pid'], () => false)).pidFile,
      await lookAt('apps/idle', []).catch(({ code }) => code),
    ]))`,
    FROM_SOURCE,
  )
  expect(lines).toEqual(['["/x.pid","ERR_CONFIG"]'])
})

test('a daemon whose settings are wrong by now, or whose app is elsewhere, has its usual places', async () => {
  const dir = scratch({ 'apps/idle.js': IDLE })
  const { lines } = await runScript(
    `process.chdir(${JSON.stringify(dir)})
    const { placesOf } = await import(source + 'lib/cli/look-at.ts')
    const flags = ['--state-dir', '/s', '--runtime-dir', '/r']
    console.log(JSON.stringify([
      await placesOf('apps/idle', [...flags, '--input.x'], () => true),
      await placesOf('gone', flags, () => true),
      await placesOf('gone', flags, () => false).catch(({ code }) => code),
    ]))`,
    FROM_SOURCE,
  )
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    [
      { name: 'idle', pidFile: '/r/idle.pid', logFile: '/s/idle.log' },
      { name: 'gone', pidFile: '/r/gone.pid', logFile: '/s/gone.log' },
      'ERR_LOAD',
    ],
  ])
})
