import { expect, test } from '@jest/globals'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ControlClient } from '../../lib/control/index.js'
import { controlSocketOf } from '../../lib/app/serve-app.js'
import { freePort } from '../support/real-server.js'
import { COUNT, SHOUT, deadbeat, messages, scratch, startDeadbeat } from './scratch.js'

const FOREVER = ['run', 'apps/count.ts', '--input.forever']
const start = () => scratch({ 'apps/count.ts': COUNT, 'apps/shout.ts': SHOUT })

test('a running app has a control socket for its user alone, and none any more when it has ended', async () => {
  const dir = start()
  const { child, ended } = await startDeadbeat(dir, FOREVER, '2!')
  const path = join(dir, 'run/count.sock')
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
  const client = await ControlClient.connect(path)
  expect(await client.request({ op: 'get', pattern: 'Count.*' })).toMatchObject({ 'Count.accounts.out': 2 })
  client.close()
  child.kill('SIGTERM')
  expect([(await ended).status, existsSync(path)]).toEqual([0, false])
})

test('stop over the socket ends it in order, although a client is still connected', async () => {
  const dir = start()
  const { ended } = await startDeadbeat(dir, [...FOREVER, '--control.audit', 'audit.jsonl'], '2!')
  const client = await ControlClient.connect(join(dir, 'run/count.sock'))
  const { ended: watched } = client.watch('*', () => undefined)
  await client.request({ op: 'stop' })
  await expect(watched).rejects.toMatchObject({ code: 'ERR_CONTROL_CLOSED' })
  expect((await ended).status).toBe(0)
  const [line] = readFileSync(join(dir, 'audit.jsonl'), 'utf8').trimEnd().split('\n')
  expect(JSON.parse(line ?? '')).toMatchObject({ op: 'call', path: 'count.stop', outcome: 'done' })
})

test('the operator says where it is, or that there is none', async () => {
  const dir = start()
  const own = join(dir, 'own.sock')
  const { child, ended } = await startDeadbeat(dir, [...FOREVER, '--control.socket', own], '2!')
  expect([existsSync(own), existsSync(join(dir, 'run/count.sock'))]).toEqual([true, false])
  child.kill('SIGTERM')
  await ended
  const other = await startDeadbeat(dir, [...FOREVER, '--no-control.enabled'], '2!')
  expect(existsSync(join(dir, 'run/count.sock'))).toBe(false)
  other.child.kill('SIGTERM')
  await other.ended
})

test('a second run in the foreground goes on without one; where one was asked for it is not started', async () => {
  const dir = start()
  const { child, ended } = await startDeadbeat(dir, FOREVER, '2!')
  const second = deadbeat(dir, ['run', 'apps/count.ts', '--state-dir', join(dir, 'other')])
  expect([second.status, messages(second.stderr).some((text) => text.includes('is in use by another daemon'))]).toEqual(
    [0, true],
  )
  writeFileSync(join(dir, 'file'), '')
  const third = deadbeat(dir, ['run', 'apps/count.ts', '--control.socket', join(dir, 'file')])
  expect([third.status, messages(third.stderr).at(-1)]).toEqual([73, expect.stringMatching(/file is no socket/)])
  child.kill('SIGTERM')
  await ended
})

test('metrics are served where the operator says, and never to other machines without a token', async () => {
  const dir = start()
  const listen = `127.0.0.1:${await freePort()}`
  const { child, ended } = await startDeadbeat(dir, [...FOREVER, '--metrics.listen', listen], '2!')
  const text = await (await fetch(`http://${listen}/metrics`)).text()
  expect(text).toMatch(/^deadbeat_cog_out_total\{app="count",cog="Count"\} 2$/m)
  child.kill('SIGTERM')
  await ended
  const { status, stderr } = deadbeat(dir, ['run', 'apps/count.ts', '--metrics.listen', '0.0.0.0:9464'])
  expect([status, messages(stderr).at(-1)]).toEqual([78, expect.stringMatching(/metrics.token must be set/)])
})

test('SIGHUP reads the configuration again', async () => {
  const dir = start()
  const config = join(dir, 'count.json')
  writeFileSync(config, '{"train":{"checkpointMs":100}}')
  const { child, ended } = await startDeadbeat(dir, [...FOREVER, '--config', config], '2!')
  const client = await ControlClient.connect(join(dir, 'run/count.sock'))
  const reloads = async (): Promise<unknown> =>
    ((await client.request({ op: 'get', pattern: 'app.reloads' })) as Record<string, unknown>)['app.reloads']
  child.kill('SIGHUP')
  while ((await reloads()) !== 1);
  writeFileSync(config, '{"train":{"checkpointMs":0}}')
  child.kill('SIGHUP')
  const error = async (): Promise<unknown> =>
    ((await client.request({ op: 'get', pattern: 'app.reloadError' })) as Record<string, unknown>)['app.reloadError']
  while ((await error()) === null);
  expect(await error()).toMatch(/train.checkpointMs must be at least 1/)
  client.close()
  child.kill('SIGTERM')
  expect((await ended).status).toBe(0)
})

test('the socket lies in the runtime directory under the name of the app', () => {
  const prepared = { settings: { control: { enabled: true, socket: null } }, host: { name: 'a' }, runtime: '/run/x' }
  expect(controlSocketOf(prepared as unknown as Parameters<typeof controlSocketOf>[0])).toBe('/run/x/a.sock')
})
