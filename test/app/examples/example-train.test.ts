import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineDrain } from '../../../cogs/line-drain.js'
import { StdinSupply } from '../../../cogs/stdin-supply.js'
import { StdoutDrain } from '../../../cogs/stdout-drain.js'
import { ExampleTrain } from '../../../lib/app/examples/example-train.js'
import { Escapement, itemSetter, silentLogger, type Train } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'

function start(build: (train: Train) => void) {
  const esc = new Escapement()
  const train = new ExampleTrain(esc, { log: silentLogger, onError: 'divert', idPrefix: 'e' })
  build(train)
  const run = async (text: string, supply: string | null = null, isJson = false) => {
    const path = join(temporary(), 'a.in')
    writeFileSync(path, text)
    train.read({ path, supply, isJson })
    await train.run({ signals: false })
    esc.close()
    return Object.fromEntries(train.outputs())
  }
  return { train, run }
}

test('what the supply would read goes in, and what the drain would write comes out; neither runs', async () => {
  const { run } = start((train) =>
    train.line(
      new StdinSupply<{ line: string; id: string }>(train, {
        lineSetter: itemSetter('line'),
        idSetter: itemSetter('id'),
      }),
      ({ line, id }: { line: string; id: string }) => [`${id} ${line}`],
      new LineDrain(train, { path: '/nowhere/a.log' }),
    ),
  )
  expect(await run('a\n\nb\n')).toEqual({ '': ['e0 a', 'e1 ', 'e2 b'] })
})

test('data are given as JSON where they are no lines, and shown as JSON where they are none', async () => {
  const { run } = start((train) =>
    train.line(
      new StdinSupply<never>(train),
      (data: { n: number }) => [{ n: data.n + 1 } as never],
      new StdoutDrain(train),
    ),
  )
  expect(await run('{"n":1}\n{"n":2}\n', null, true)).toEqual({ '': ['{"n":2}', '{"n":3}'] })
})

test('each drain has its own lines by its name, the first has none, and that of dead letters is called dead', async () => {
  const { run } = start((train) => {
    const fail = (line: string) => {
      if (line === 'bad') throw new Error('no')
      return [line]
    }
    const line = train.line(new StdinSupply(train), fail)
    line.to(
      train.line((text: string) => [`1 ${text}`], new StdoutDrain(train)),
      train.line((text: string) => [`2 ${text}`], new LineDrain(train, { path: '/nowhere/a' })),
      train.line((text: string) => [`3 ${text}`], new LineDrain(train, { path: '/nowhere/b' })),
    )
    train.deadLettersTo(({ id }) => [id], new LineDrain(train, { path: '/nowhere/dead' }))
  })
  expect(await run('a\nbad\n')).toEqual({
    '': ['1 a'],
    'LineDrain#1': ['2 a'],
    'LineDrain#2': ['3 a'],
    dead: ['e1'],
  })
})

test('where there are several supplies it must be said which', async () => {
  const build = (train: Train) => {
    const line = train.line((text: string) => [text], new StdoutDrain(train))
    train.line(new StdinSupply(train)).to(line)
    train.line(new StdinSupply(train)).to(line)
  }
  const input = { path: '/nowhere', supply: null, isJson: false }
  expect(() => start(build).train.read(input)).toThrow(/StdinSupply#1, StdinSupply#2/)
  expect(await start(build).run('a\n', 'StdinSupply#2')).toEqual({ '': ['a'] })
})
