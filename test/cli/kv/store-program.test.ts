import { expect, test } from '@jest/globals'
import { addKvCommand } from '../../../lib/cli/kv/add-kv-command.js'
import { runStoreProgram, type StoreProgram } from '../../../lib/cli/kv/store-program.js'
import { startKv } from './run-kv.js'

const PROGRAM: StoreProgram = {
  name: 'lamp',
  description: 'Of lamps.',
  help: 'deadbeat lamp burn',
  exitHelp: '73, it burns already',
  extend: (command) => command.option('-c, --colour <colour>', 'in which colour', 'white'),
  commands: [
    (program) =>
      addKvCommand<{ colour: string }>(program, {
        name: 'burn',
        summary: 'burn',
        help: 'It burns. ',
        extend: (command) => command.argument('<lamp>', 'which'),
        act: async (session, [lamp = ''], { colour }) => {
          await session.backend.create(session.toWrite(`/${lamp}`), colour)
          session.tell(`${lamp} burns`, { lamp, colour })
          return 0
        },
      }),
  ],
}

const start = () => startKv({}, (argv, around) => runStoreProgram(PROGRAM, argv, around))

test('a program has the options of a store and its own, and tells under its own name what goes wrong', async () => {
  const { run, backend } = start()
  expect(await run('burn', 'a', '--colour', 'red', '--prefix', '/x', '--json')).toMatchObject({
    status: 0,
    stdout: '{"lamp":"a","colour":"red"}\n',
  })
  expect((await backend().get('/x/a'))[0]).toBe('red')
  expect(await run('burn', 'a', '--prefix', '/x')).toMatchObject({
    status: 73,
    stderr: 'lamp burn: Cannot create /x/a, as it already exists!\n',
  })
})

test('its help teaches, and says with which codes it ends', async () => {
  const { run } = start()
  expect((await run('--help')).stdout).toMatch(/Usage: deadbeat lamp .*deadbeat lamp burn/s)
  expect((await run('burn', '--help')).stdout).toMatch(/Burn\..*--url.*It burns. 73, it burns already/s)
  expect((await run('glow')).status).toBe(64)
  expect(await run('burn', 'a', '--kv', 'memory:')).toMatchObject({
    ...{ status: 64, stderr: expect.stringContaining('The store is named by --url here.') },
  })
})
