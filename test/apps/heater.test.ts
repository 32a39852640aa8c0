import { expect, test } from '@jest/globals'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../lib/items/index.js'
import { silentLogger as log } from '../../lib/movement/index.js'
import { KeyDirectory } from '../../lib/wire/index.js'
import { environment, scratch } from '../app/scratch.js'
import { MAIN } from '../support/daemons.js'
import { until } from '../support/supplied.js'

const APP = join(process.cwd(), 'dist/apps/heater.js')
const SIMULATED = ['--heater.simulate', '--heater.controller', '127.0.0.1:0', '--heater.lag-ms', '10']
/** Somebody else's registry on this machine may know a daemon of this name: none is looked for. */
const ALONE = ['--items.registry-port', '1', '--items.call-port', '0']
const QUICK = [...ALONE, '--heater.poll-ms', '10', '--persist.in', 'file']

/** A process in a directory of its own, what it has said so far, and how it ended. */
function start(dir: string, argv: readonly string[]) {
  const child = spawn(process.execPath, argv, { cwd: dir, env: environment(dir) })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text: Buffer) => (said.out += String(text)))
  child.stderr.on('data', (text: Buffer) => (said.err += String(text)))
  return { child, said, ended: once(child, 'close').then(([status]) => ({ status: status as number, ...said })) }
}

test('a session with a simulated heater: it is described, refuses, ramps and holds, and is switched off when too hot', async () => {
  const dir = scratch({})
  const daemon = start(dir, [APP, ...SIMULATED, ...QUICK])
  const deadbeat = (...argv: string[]) => start(dir, [MAIN, ...argv])
  const ask = (...argv: string[]) => deadbeat(...argv).ended
  await until(() => existsSync(join(dir, 'run/.daemons/heater.main.json')) || daemon.child.exitCode !== null)

  const [described, got, refused, ramp] = await Promise.all([
    ask('describe', 'heater.setpoint'),
    ask('get', 'heater.power', 'heater.limit'),
    ask('set', 'heater.setpoint', '500'),
    ask('set', 'heater.ramp', '6000'),
  ])
  expect(JSON.parse(described.out)).toMatchObject({ name: 'heater.setpoint', units: 'degC', range: [0, 150] })
  expect(got.out).toBe('heater.power = Off\nheater.limit = 160.0\n')
  expect([refused.status, refused.err]).toEqual([64, 'set: cannot set setpoint: must be from 0 to 150: it is 500\n'])
  expect(ramp.out).toBe('heater.ramp = 6000.0\n')

  const [working, alarm] = [
    deadbeat('watch', 'heater.working', '--until', '40', '--json'),
    deadbeat('watch', 'heater.alarm', '--until', 'Too hot'),
  ]
  await Promise.race([once(working.child.stdout, 'data'), working.ended])
  await Promise.all([ask('set', 'heater.setpoint', '40'), ask('set', 'heater.power', 'On')])
  const steps = (await working.ended).out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { value: number }).value)
  expect([steps[0], steps.at(-1)]).toEqual([20, 40])
  expect(steps.length).toBeGreaterThan(2)
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
  await ask('set', 'heater.limit', '10')
  expect((await alarm.ended).out).toMatch(/heater\.alarm = Too hot\n$/)

  daemon.child.kill('SIGTERM')
  expect(await daemon.ended).toEqual({ status: 0, out: '', err: '' })
})

test('who may do what, with which key and where it listens is set: whoever may only read sets nothing', async () => {
  const dir = scratch({})
  const keys = new KeyDirectory(join(dir, 'keys'))
  for (const name of ['heater', 'anna']) keys.make(name)
  keys.add('clients', 'anna', keys.own('anna').publicKey)
  keys.add('servers', 'heater', keys.own('heater').publicKey)
  writeFileSync(join(dir, 'rights.json'), '{"rules": [{"who": "key anna", "may": "read", "on": "heater.*"}]}')
  const secured = ['--items.key', 'heater', '--items.keys', keys.path, '--items.rights', join(dir, 'rights.json')]
  const daemon = start(dir, [APP, ...SIMULATED, ...QUICK, ...secured, '--items.listen', '127.0.0.2'])
  await until(() => existsSync(join(dir, 'run/.daemons/heater.main.json')) || daemon.child.exitCode !== null)

  const where = {
    home: join(dir, '.mKTL'),
    runtimeDirectory: join(dir, 'run/.daemons'),
    broadcast: 'off',
    log,
  } as const
  const store = await openStore('heater:127.0.0.2', { ...where, ...keys.client('anna', 'heater') })
  expect(await store.get('limit')).toBe(160)
  await expect(store.set('limit', 100)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  store.close()
  daemon.child.kill('SIGTERM')
  expect((await daemon.ended).status).toBe(0)
})

test('settings that can not be used are told in a line, and end it with the code of a wrong configuration', () => {
  const dir = scratch({})
  const start = (...argv: string[]) =>
    spawnSync(process.execPath, argv, { cwd: dir, env: environment(dir), encoding: 'utf8' })
  const messages = join(process.cwd(), 'dist/apps/message-daemon.js')
  const faults = [
    start(APP, '--items.key', 'none', '--items.keys', dir),
    start(APP, ...SIMULATED, '--items.listen', '0.0.0.0'),
    start(messages, '--items.rights', '/nowhere.json'),
  ].map(({ status, stdout, stderr }) => [status, stdout, stderr])
  expect(faults).toEqual([
    [78, '', expect.stringMatching(/^heater: there is no key .*none.*: make one with deadbeat keys new none .*\n$/)],
    [
      78,
      '',
      expect.stringMatching(/^heater: heater\.main cannot start: open its ports: items at 0\.0\.0\.0 can .*\n$/),
    ],
    [78, '', expect.stringMatching(/^message-daemon: .*\/nowhere\.json.*\n$/)],
  ])
})
