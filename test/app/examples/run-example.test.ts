import { expect, test } from '@jest/globals'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StdinSupply } from '../../../cogs/stdin-supply.js'
import { StdoutDrain } from '../../../cogs/stdout-drain.js'
import { app, type AppSettings, type Host } from '../../../lib/app/app.js'
import { runExample } from '../../../lib/app/examples/run-example.js'
import { gather } from '../../../lib/conf/index.js'
import { Cog, type Insert, type Train } from '../../../lib/movement/index.js'
import { temporary } from '../../support/temporary.js'

async function run(work: (train: Train, host: Host) => unknown, text = 'a\nb\n', timeoutMs = 60_000) {
  const path = join(temporary(), 'a.in')
  writeFileSync(path, text)
  const mine = app({
    name: 'mine',
    build(train, _, host) {
      const couple = train.line as unknown as (...stages: unknown[]) => unknown
      couple(new StdinSupply(train), work(train, host), new StdoutDrain(train))
    },
  })
  const settings = gather(mine.schema, { argv: [], env: {} }) as AppSettings<Insert>
  const example = { name: 'a', inputs: [{ path, supply: null, isJson: false }], expected: new Map<string, string>() }
  const result = await runExample(mine, example, { settings, configFile: null, patienceMs: 1, timeoutMs })
  return { lines: result.outputs.get(''), error: result.error?.message }
}

/** Gives each line back after an hour, with the time. */
class Later extends Cog<string> {
  turn(line: string) {
    const hold = this.train.hold(line)
    this.train.esc.after(3_600_000, () => {
      this.train.resume(hold, [`${line} ${new Date(this.train.esc.wall()).toISOString()}`])
    })
    return null
  }

  override async finish() {
    await new Promise<void>((resolve) => this.train.esc.after(7_200_000, resolve))
  }
}

test('all goes through to the end, and the clock jumps to what is due', async () => {
  expect(await run((train) => new Later(train, {}))).toEqual({
    lines: ['a 2026-01-01T01:00:00.000Z', 'b 2026-01-01T01:00:00.000Z'],
    error: undefined,
  })
})

test('what fails without a place for dead letters is the error', async () => {
  const { error } = await run(() => () => {
    throw new Error('no')
  })
  expect(error).toContain('no')
})

test('what does not come to its end is given up', async () => {
  const { error } = await run(() => async () => await new Promise<null>(() => undefined), 'a\n', 50)
  expect(error).toContain('it had not come to its end after 50 ms')
})

test('the app has a state directory of its own, which goes', async () => {
  let state = ''
  await run((_, host) => {
    state = host.stateDirectory()
    expect(existsSync(state)).toBe(true)
    return (line: string) => [line]
  })
  expect([state === '', existsSync(state)]).toEqual([false, false])
})
