import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { startRelay } from './relay.js'

test('tap shows what arrives, secrets masked; top what happens; graph who stands there', async () => {
  const { ask, start, grow, stop } = await startRelay()
  const { child, ended } = await start(['tap', 'relay.Dedupe', '--count', '1'], '')
  const seen = once(child.stdout, 'data') as Promise<[Buffer]>
  // Until it has begun to look there is nothing to be seen.
  let isSeen = false as boolean
  void seen.then(() => (isSeen = true))
  for (let n = 10; !isSeen; n++) {
    grow(`{"n":${n},"password":"x"}\n`)
    await new Promise(setImmediate)
  }
  const [line] = await seen
  expect(String(line)).toMatch(/^\{"n":\d+,"password":"\*\*\*"\}\n$/)
  expect((await ended).status).toBe(0)
  const top = JSON.parse(ask('top', 'relay', '--count', '1', '--json').stdout) as { cogs: { cog: string }[] }
  expect(top.cogs.map(({ cog }) => cog)).toEqual([
    'FileWatcherSupply',
    'ParseJson',
    'Dedupe',
    'FormatJson',
    'LineDrain',
  ])
  expect(ask('top', 'relay', '--count', '1').stdout).toMatch(
    /^relay \(\d+\) +cpu \d+ % +memory .*\n\nCOG +IN\/S +OUT\/S +NS/,
  )
  expect(ask('graph', 'relay').stdout).toMatch(/^FileWatcherSupply +→ ParseJson +\S+ in, \S+ out\n/)
  expect(ask('tap', 'relay.Dedup')).toMatchObject({
    status: 69,
    stderr: 'relay has no cog Dedup: `deadbeat graph relay` says who stands in the train\n',
  })
  expect(await stop()).toBe(0)
  expect(ask('tap', 'relay.Dedupe').status).toBe(69)
})

test('of an app that does not run, graph draws the train that it would be', async () => {
  const { ask, stop } = await startRelay()
  await stop()
  const argv = ['apps/relay.ts', '--config', 'relay.json']
  expect(
    ask('graph', ...argv)
      .stdout.split('\n')
      .slice(0, 2),
  ).toEqual(['FileWatcherSupply  → ParseJson', 'ParseJson          → Dedupe'])
  expect(ask('graph', '--format', 'svg', ...argv).stdout).toMatch(/^<svg /)
  expect(ask('graph', '--format', 'picture', ...argv)).toMatchObject({ status: 64 })
})
