import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { FileWatcherSupply, fileWatcherBaseConfig } from '../../cogs/file-watcher-supply.js'
import { LineDrain, lineDrainBaseConfig } from '../../cogs/line-drain.js'
import { app } from '../../lib/app/app.js'
import { checkApp } from '../../lib/app/check-app.js'
import { Escapement, Supply, type Train } from '../../lib/movement/index.js'
import { freePort } from '../support/real-server.js'
import { scratch } from './scratch.js'

/** A supply that listens as soon as it is started. */
class Listen extends Supply<string, { port: number }> {
  start(): void {
    createServer().listen(this.options.port, '127.0.0.1')
  }
  finish(): void {}
}

const copy = (listen: number | null) =>
  app({
    name: 'copy',
    config: { input: fileWatcherBaseConfig, output: lineDrainBaseConfig },
    build(train: Train, settings, host) {
      host.stateDirectory()
      const drain = new LineDrain(train, settings.output)
      train.line(
        new FileWatcherSupply<{ line: string }>(train, settings.input),
        ({ line }: { line: string }) => [line],
        drain,
      )
      if (listen !== null) train.line(new Listen(train, { port: listen }), drain)
    },
  })

function start() {
  const dir = scratch({ 'a.log': 'x\n' })
  const argv = [
    '--state-dir',
    join(dir, 'state'),
    '--input.filenames',
    join(dir, 'a.log'),
    '--output.path',
    join(dir, 'out', 'o.log'),
  ]
  return { dir, argv: [...argv, '--log.file', join(dir, 'deadbeat.log')] }
}

test('a check says what the train would be', async () => {
  expect(await checkApp(copy(null), { argv: start().argv, env: {} })).toMatchObject({
    file: null,
    warnings: [],
    lines: [['FileWatcherSupply', 'function', 'LineDrain']],
  })
})

test('a check opens nothing, writes nothing and binds nothing', async () => {
  const { dir, argv } = start()
  const port = await freePort()
  expect(Escapement.instance).toBeDefined() // What it needs for itself it has from here on.
  const open = (): string[] => readdirSync('/proc/self/fd')
  const before = open()
  await checkApp(copy(port), { argv, env: {} })
  expect(open()).toEqual(before)
  expect(readdirSync(dir)).toEqual(['a.log'])
  expect([existsSync(join(dir, 'state')), existsSync(join(dir, 'out'))]).toEqual([false, false])
  const again = createServer().listen(port, '127.0.0.1')
  await once(again, 'listening') // Nobody has taken it.
  again.close()
})

test('what the configuration, a cog or the train refuses is thrown', async () => {
  const { argv } = start()
  const go = (...more: string[]) => checkApp(copy(null), { argv: [...argv, ...more], env: {} })
  await expect(go('--input.folow')).rejects.toThrow('did you mean --input.follow?')
  await expect(go('--input.chunk-bytes', '1')).rejects.toThrow(RangeError)
})
