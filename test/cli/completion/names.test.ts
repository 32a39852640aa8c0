import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import type { Candidate, Completer } from '../../../lib/cli/completion/completes.js'
import { apps, ItemNames, running } from '../../../lib/cli/completion/names.js'
import { startLamp } from '../../support/lamp.js'
import { temporary } from '../../support/temporary.js'
import { scratch } from '../../app/scratch.js'

/** What a daemon said when it was last found; nobody is there now. */
const BLOCK = {
  ...{ store: 'heater', alias: 'main', uuid: 'a-1', time: 5, hash: 7 },
  items: {
    setpoint: { type: 'numeric', description: 'Where to.' },
    mode: { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } },
    _mainuuid: {},
  },
  provenance: [{ stratum: 0, hostname: '127.0.0.1', rep: 1, pub: 2 }],
}
const home = scratch({ 'client/cache/heater/a-1.json': JSON.stringify(BLOCK) })

beforeAll(() => {
  process.env['RUNTIME_DIRECTORY'] = temporary()
})

/** Nobody who is there is missed; nobody answers at once. */
const { items } = new ItemNames(60_000)
const atOnce = new ItemNames(1)

async function ask(completer: Completer, word: string, args: readonly string[] = []): Promise<readonly Candidate[]> {
  return await completer({ word, args, options: new Map([['--home', home]]) })
}

test('items are those of the last catalog where nobody answers', async () => {
  expect(await ask(atOnce.items, 'heater.')).toEqual([
    { word: 'heater.setpoint', about: 'Where to.' },
    { word: 'heater.mode', about: '' },
  ])
})

test('behind an item stands what it can be set to, behind a daemon its items', async () => {
  expect((await ask(atOnce.more, '', ['heater', 'mode'])).slice(0, 2)).toEqual(['off', 'on'])
  expect((await ask(atOnce.more, '', ['heater.mode'])).slice(0, 3)).toEqual(['off', 'on', 'heater'])
  expect(await ask(atOnce.more, '', ['heater'])).toContainEqual({ word: 'mode', about: '' })
})

test('an app that runs is asked itself; of the only one that is meant its items stand beside it', async () => {
  const name = `lamp${process.pid}` // No daemon of somebody else on this machine has it.
  const { server } = await startLamp(join(process.env['RUNTIME_DIRECTORY'] as string, `${name}.sock`))
  expect(await ask(items, '')).toEqual(['heater', name])
  expect(await ask(items, 'la')).toEqual([name, { word: `${name}.level`, about: 'How bright.' }, expect.anything()])
  expect(await ask(running, '')).toContainEqual({ word: name, about: 'runs' })
  server.close()
  expect(await ask(items, `${name}.`)).toEqual([])
})

test('behind call stand methods, and behind a method nothing', async () => {
  const methods = new ItemNames(60_000, 'methods')
  const { server } = await startLamp(join(process.env['RUNTIME_DIRECTORY'] as string, 'lamp.sock'))
  expect(await ask(methods.items, 'lamp.')).toEqual([{ word: 'lamp.double', about: 'Twice.' }])
  expect(await ask(methods.more, '', ['lamp'])).toEqual([{ word: 'double', about: 'Twice.' }])
  expect(await ask(methods.more, '', ['lamp.double'])).toEqual([])
  server.close()
  expect(await ask(new ItemNames(1, 'methods').items, 'heater.')).toEqual([])
})

test('apps are files here, and those that come with Deadbeat', async () => {
  const found = await ask(apps, 'apps/')
  expect(found).toEqual(expect.arrayContaining(['apps/resolve', 'resolve', { place: 'directories' }]))
  expect(found).toHaveLength(new Set(found).size)
})
