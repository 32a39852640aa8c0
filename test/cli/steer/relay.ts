// A running app for the tests of the commands that ask one.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ControlClient } from '../../../lib/control/index.js'
import { deadbeat, scratch, startDeadbeat } from '../../app/scratch.js'

const APP = `import { itemGetter } from 'deadbeat'
import { app } from 'deadbeat/app'
import { Dedupe, dedupeBaseConfig } from 'deadbeat/cogs/dedupe'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson } from 'deadbeat/cogs/parse-json'

export default app({
  name: 'relay',
  config: { input: fileWatcherBaseConfig, dedupe: dedupeBaseConfig, output: lineDrainBaseConfig },
  build(train, { input, dedupe, output }) {
    train.line(
      new FileWatcherSupply(train, input),
      new ParseJson(train),
      new Dedupe(train, { ...dedupe, keyGetter: itemGetter('n') }),
      new FormatJson(train),
      new LineDrain(train, output),
    )
  },
})
`

/** Start the app, perhaps with more settings; its input has three lines, one of them twice, all of which are over. */
export async function startRelay(first: object = {}) {
  const dir = scratch({ 'apps/relay.ts': APP, 'in.log': '{"n":1}\n{"n":2}\n{"n":2}\n' })
  const configure = (more: object): void =>
    writeFileSync(
      join(dir, 'relay.json'),
      JSON.stringify({ input: { filenames: 'in.log', tail: false }, output: { path: 'out.log' }, ...more }),
    )
  configure(first)
  const { child, ended } = await startDeadbeat(dir, ['run', 'apps/relay.ts', '--config', 'relay.json'], '')
  const socket = join(dir, 'run', 'relay.sock')
  for (let seen = 0; seen < 2;) {
    const client = await ControlClient.connect(socket).catch(() => null)
    const key = 'LineDrain.accounts.in'
    const values = (await client?.request({ op: 'get', pattern: key })) as Record<string, number> | undefined
    seen = values?.[key] ?? 0
    client?.close()
  }
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    return (await ended).status
  }
  return {
    ...{ dir, configure, stop, socket, child },
    ask: (...argv: string[]) => deadbeat(dir, argv),
    start: (argv: readonly string[], word: string) => startDeadbeat(dir, argv, word),
    grow: (text: string) => appendFileSync(join(dir, 'in.log'), text),
  }
}
