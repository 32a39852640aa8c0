import { expect, test } from '@jest/globals'
import { startRelay } from './relay.js'

test('status says who runs since when, what it reads and drains, and how far behind it is', async () => {
  const { ask, stop, child, dir } = await startRelay()
  const { status, stdout } = ask('status', 'relay')
  expect(status).toBe(0)
  expect(stdout.split('\n')[0]).toMatch(
    new RegExp(`^relay runs: process ${child.pid} since 20.*Z \\(\\d+s\\), Deadbeat`),
  )
  expect(stdout).toMatch(/^COG +IN\/S +OUT\/S +IN +OUT +HELD +FAILED$/m)
  expect(stdout).toMatch(/^Dedupe +0 +0 +3 +2 +0 +0$/m)
  expect(stdout).toContain(`path=${dir}/in.log`)
  expect(stdout).toMatch(new RegExp(`^check-points in ${dir}/state/relay.checkpoint, the last \\d+s ago$`, 'm'))
  const report = JSON.parse(ask('status', 'apps/relay.ts', '--json').stdout) as Record<string, unknown>
  expect(report).toMatchObject({
    app: 'relay',
    pid: child.pid,
    config: `${dir}/relay.json`,
    inFlight: 0,
    isPaused: false,
    checkpoints: `${dir}/state/relay.checkpoint`,
    checkpointTrouble: null,
  })
  expect(report['cogs']).toContainEqual({
    ...{ cog: 'Dedupe', in: 3, out: 2, held: 0, diverted: 0, ns: 0, inRate: 0, outRate: 0 },
  })
  expect(await stop()).toBe(0)
  expect(ask('status', 'relay').status).toBe(69)
})
