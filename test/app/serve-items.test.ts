import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../support/supplied.js'
import { RawClient } from '../support/raw-client.js'
import { COUNT, SHOUT, deadbeat, scratch, startDeadbeat } from './scratch.js'

const PORTS = ['--items.port', '0', '--items.pub-port', '0', '--items.call-port', '0', '--items.registry-port', '1']
const SERVED = ['run', 'apps/count.ts', '--config', 'count.json', '--items.enabled', ...PORTS]
/** With a cog more where it counts far. */
const LONGER = COUNT.replace(
  '(train, settings.input), ',
  '(train, settings.input), ...(settings.input.to > 2 ? [extra] : []), ',
)
const EXTRA = 'function extra(n: number): number[] {\n  return [n]\n}\n'
const configOf = (to: number): string => JSON.stringify({ input: { to, forever: true } })

/** The port that the daemon in a home keeps. */
function portOf(dir: string): number {
  const folder = join(dir, '.mKTL/daemon/port/count')
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.req'))
  return Number(readFileSync(join(folder, file), 'utf8'))
}

test('a running app shows its accounts over the wire, tells of others at a reload, and keeps what was set', async () => {
  const dir = scratch({ 'apps/count.ts': LONGER + EXTRA, 'apps/shout.ts': SHOUT, 'count.json': configOf(2) })
  const { child, ended } = await startDeadbeat(dir, SERVED, '2!')
  const client = new RawClient(portOf(dir))
  expect((await client.ask('GET', 'count.count.accounts.out', { refresh: true })).payload).toMatchObject({ value: 2 })
  const catalog = (await client.ask('GET', 'count._catalog')).payload['value'] as Record<string, { items: object }>
  expect(Object.keys(Object.values(catalog)[0]?.items ?? {})).toEqual(
    expect.arrayContaining(['count.accounts.out', '_mainclk']),
  )
  expect((await client.ask('SET', 'count.count.accounts.out', { value: 3 })).payload['error']).toMatchObject({
    type: 'TypeError',
  })
  await client.ask('SET', 'count._maindev', { value: 'mine' })

  const name = join(dir, 'run/.daemons/count.main.json')
  const known = (): unknown => (JSON.parse(readFileSync(name, 'utf8')) as { hash: unknown }).hash
  const before = known()
  writeFileSync(join(dir, 'count.json'), configOf(3))
  child.kill('SIGHUP')
  await until(() => known() !== before)
  expect((await client.ask('GET', 'count.extra.accounts.out')).payload).toMatchObject({ value: 3 })
  child.kill('SIGTERM')
  expect((await ended).status).toBe(0)

  const again = await startDeadbeat(dir, SERVED, '2!')
  expect((await new RawClient(portOf(dir)).ask('GET', 'count._maindev')).payload).toMatchObject({ value: 'mine' })
  again.child.kill('SIGTERM')
  expect((await again.ended).status).toBe(0)
})

test('where other machines could reach it without keys, it is not started', () => {
  const dir = scratch({ 'apps/count.ts': COUNT, 'apps/shout.ts': SHOUT, 'count.json': configOf(2) })
  const { status, stderr } = deadbeat(dir, [...SERVED, '--items.listen', '0.0.0.0'])
  expect(status).toBe(78)
  expect(stderr).toContain('or say insecure: true')
})
