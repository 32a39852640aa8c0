import { expect, test } from '@jest/globals'
import { Argument, Command, Option } from 'commander'
import { complete } from '../../../lib/cli/completion/candidates.js'
import { completes, type Typed } from '../../../lib/cli/completion/completes.js'

const asked: Typed[] = []

function paint(): Command {
  const program = new Command('paint').option('--quiet', 'say nothing').configureHelp({ showGlobalOptions: true })
  const wall = program.command('wall').alias('w').summary('paint a wall').allowUnknownOption()
  wall.argument('<colour>', 'which').argument('[more...]').option('-n, --coats <n>', 'how many').option('--dry')
  wall.addOption(new Option('--brush <size>').choices(['small', 'large'])).option('--from <file>')
  completes(wall, {
    colour: (typed) => {
      asked.push(typed)
      return Promise.resolve(['red', { word: 'green', about: 'like grass' }])
    },
    more: () => ['again'],
    '--coats': () => ['1', '2'],
  })
  const room = program.command('room').description('paint a room')
  room.command('add').addArgument(new Argument('<place>').choices(['north', 'south']))
  room.command('secret', { hidden: true })
  program.command('other')
  return program
}

async function words(...line: string[]): Promise<string[]> {
  return (await complete(paint(), line)).words.map(({ word }) => word)
}

test.each([
  [[''], ['wall', 'room', 'other', 'help']],
  [['ro'], ['room']],
  [
    ['room', ''],
    ['add', 'help'],
  ],
  [['help', 'wa'], ['wall']],
  [
    ['room', 'add', ''],
    ['north', 'south'],
  ],
  [
    ['wall', ''],
    ['red', 'green'],
  ],
  [['w', 're'], ['red']],
  [['wall', 'red', ''], ['again']],
  [['wall', 'red', 'again', 'a'], ['again']],
  [['wall', '--co'], ['--coats']],
  [['wall', '--q'], ['--quiet']],
  [
    ['wall', '--coats', ''],
    ['1', '2'],
  ],
  [
    ['wall', '-n', ''],
    ['1', '2'],
  ],
  [['wall', '--coats=1'], ['--coats=1']],
  [['wall', '--brush', 'l'], ['large']],
  [
    ['wall', '--brush='],
    ['--brush=small', '--brush=large'],
  ],
  [['wall', '--quiet', 'g'], ['green']],
  [['wall', '--unknown', ''], ['again']],
  [['wall', '--', '--co'], []],
  [['room', 'add', 'north', ''], []],
  [['nothing', 'such', ''], []],
])('%j becomes %j', async (line, expected) => {
  expect(await words(...line)).toEqual(expected)
})

test('each word says what it is', async () => {
  expect((await complete(paint(), ['wall', 'g'])).words).toEqual([{ word: 'green', about: 'like grass' }])
  expect((await complete(paint(), ['w'])).words).toEqual([{ word: 'wall', about: 'paint a wall' }])
})

test('who completes an argument knows what stands before it', async () => {
  await complete(paint(), ['wall', '--coats', '2', '--from=a', 'r'])
  const { word, args, options } = asked.at(-1) as Typed
  expect([word, args, [...options]]).toEqual([
    'r',
    [],
    [
      ['--coats', '2'],
      ['--from', 'a'],
    ],
  ])
})

test('what is called a file is one, and the shell knows its files best', async () => {
  expect(await complete(paint(), ['wall', '--from', 'x'])).toEqual({ words: [], place: 'files' })
  expect((await complete(paint(), ['wall', ''])).place).toBe('words')
})

test('a command may stand for a program of its own', async () => {
  const deep = new Command('paint other').addCommand(new Command('deep'))
  const behind = (name: string) => Promise.resolve(name === 'other' ? deep : null)
  expect((await complete(paint(), ['other', 'de'], behind)).words).toEqual([{ word: 'deep', about: '' }])
  expect((await complete(paint(), ['othe'], behind)).words).toEqual([{ word: 'other', about: '' }])
})
