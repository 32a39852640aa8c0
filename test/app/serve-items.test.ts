import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RawClient } from '../support/raw-client.js'
import { COUNT, SHOUT, deadbeat, scratch, startDeadbeat } from './scratch.js'

const PORTS = ['--items.port', '0', '--items.pub-port', '0', '--no-items.announce']
const SERVED = ['run', 'apps/count.ts', '--input.forever', '--items.enabled', ...PORTS]

/** The port that the daemon in a home keeps. */
function portOf(dir: string): number {
  const folder = join(dir, '.mKTL/daemon/port/count')
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.req'))
  return Number(readFileSync(join(folder, file), 'utf8'))
}

test('a running app shows its accounts and its settings over the wire, and takes what can be set', async () => {
  const dir = scratch({ 'apps/count.ts': COUNT, 'apps/shout.ts': SHOUT })
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
  child.kill('SIGTERM')
  expect((await ended).status).toBe(0)
})

test('where other machines could reach it without keys, it is not started', () => {
  const dir = scratch({ 'apps/count.ts': COUNT, 'apps/shout.ts': SHOUT })
  const { status, stderr } = deadbeat(dir, [...SERVED, '--items.listen', '0.0.0.0'])
  expect(status).toBe(78)
  expect(stderr).toContain('or say insecure: true')
})
