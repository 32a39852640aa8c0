import { expect, test } from '@jest/globals'
import { appendFileSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ControlClient } from '../../lib/control/index.js'
import { scratch, startDeadbeat } from '../app/scratch.js'

/** Follows a file; each line waits a while, is counted in a memory that spans check-points, and is written. */
const APP = `import { itemGetter, ordered, unordered } from 'deadbeat'
import { app } from 'deadbeat/app'
import { Dedupe, dedupeBaseConfig } from 'deadbeat/cogs/dedupe'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ParseJson, parseJsonBaseConfig } from 'deadbeat/cogs/parse-json'

const wait = { longMs: { doc: 'How long at most a line waits.', format: 'nat', default: 2 } }
export default app({
  name: 'relay',
  config: { input: fileWatcherBaseConfig, parse: parseJsonBaseConfig, dedupe: dedupeBaseConfig, output: lineDrainBaseConfig, wait },
  build(train, { input, parse, dedupe, output, wait }) {
    const slow = unordered(async (data) => {
      if (data.n % 3 === 0) await new Promise((resolve) => setTimeout(resolve, data.n % (wait.longMs + 1)))
      return [data]
    })
    train.line(
      new FileWatcherSupply(train, input),
      new ParseJson(train, parse),
      slow,
      new Dedupe(train, { ...dedupe, keysMax: 5000, keyGetter: itemGetter('n') }),
      new FormatJson(train),
      new LineDrain(train, output),
    )
  },
})
`

/** Configurations in turn: by what they differ takes every way that there is. */
const VARIANTS = [
  { dedupe: { windowMs: '1h' }, wait: { longMs: 2 }, output: { path: 'a.log' } },
  { dedupe: { windowMs: '2h' }, wait: { longMs: 2 }, output: { path: 'a.log' } }, // In place.
  { dedupe: { windowMs: '2h' }, wait: { longMs: 5 }, output: { path: 'a.log' } }, // Another train.
  { dedupe: { windowMs: '2h' }, wait: { longMs: 5 }, output: { path: 'b.log' } }, // Another output.
  { dedupe: { windowMs: 'nonsense' }, wait: { longMs: 5 }, output: { path: 'b.log' } }, // None.
  { dedupe: { windowMs: '1h' }, wait: { longMs: 5 }, output: { path: 'b.log' }, train: { inFlightMax: 50 } },
]

const RELOADS = Number(process.env['DEADBEAT_RELOADS'] ?? 24)

test(
  'reloads under full load lose nothing and repeat nothing',
  async () => {
    const dir = scratch({ 'apps/relay.ts': APP, 'in.log': '' })
    const configure = (variant: object): void => {
      writeFileSync(join(dir, 'new.json'), JSON.stringify({ input: { filenames: 'in.log' }, ...variant }))
      renameSync(join(dir, 'new.json'), join(dir, 'relay.json'))
    }
    configure(VARIANTS[0] as object)
    const argv = ['run', 'apps/relay.ts', '--config', 'relay.json', '--log.level', 'warn', '--input.no-tail']
    const { child, ended } = await startDeadbeat(dir, argv, '')
    const client = await connected(join(dir, 'run', 'relay.sock'))
    let n = 0
    const grow = (): void => {
      let text = ''
      for (const end = n + 400; n < end; n++) text += `{"n":${n},"text":"${'x'.repeat(n % 50)}"}\n`
      appendFileSync(join(dir, 'in.log'), text)
    }
    const hows: Record<string, number> = {}
    for (let i = 1; i <= RELOADS; i++) {
      configure(VARIANTS[i % VARIANTS.length] as object)
      grow()
      const reloading = client.request({ op: 'reload' }).then(
        (told) => (told as { how: string }).how,
        () => 'refused',
      )
      grow()
      const how = await reloading
      hows[how] = (hows[how] ?? 0) + 1
      grow()
    }
    for (const size = statSync(join(dir, 'in.log')).size; (await acknowledged(client)) < size;);
    await client.request({ op: 'stop' })
    const { status, stderr } = await ended
    client.close()
    const counts = new Uint8Array(n)
    for (const file of ['a.log', 'b.log']) {
      for (const line of readFileSync(join(dir, file), 'utf8').trimEnd().split('\n')) {
        const number = (JSON.parse(line) as { n: number }).n
        counts[number] = (counts[number] ?? 0) + 1
      }
    }
    const lost = counts.findIndex((count) => count === 0)
    const repeated = counts.findIndex((count) => count > 1)
    expect({ lost, repeated }).toEqual({ lost: -1, repeated: -1 })
    expect(hows['carried']).toBeGreaterThan(RELOADS / 3)
    expect([hows['adjusted'] ?? 0, hows['refused'] ?? 0].every((count) => count > 0)).toBe(true)
    expect(hows['drained'] ?? 0).toBe(0)
    expect(stderr).toContain('dedupe.windowMs must be a duration')
    expect([status, child.exitCode]).toEqual([0, 0])
  },
  RELOADS * 2000 + 180_000,
)

/** Once it runs. */
async function connected(path: string): Promise<ControlClient> {
  for (;;) {
    try {
      return await ControlClient.connect(path)
    } catch {
      await new Promise(setImmediate)
    }
  }
}

/** Of how many bytes everything is over. */
async function acknowledged(client: ControlClient): Promise<number> {
  const key = 'FileWatcherSupply.progress'
  const values = (await client.request({ op: 'get', pattern: key })) as Record<string, { acknowledged: number }[]>
  return values[key]?.[0]?.acknowledged ?? 0
}
