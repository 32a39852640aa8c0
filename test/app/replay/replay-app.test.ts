import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CheckpointFile } from '../../../lib/files/checkpoint-file.js'
import { deadbeat, messages, scratch, startDeadbeat } from '../scratch.js'
import { letter } from './letters.js'

/** Adds numbers of lines up; what is none fails. It can have a second supply, hang, and be without dead letters. */
const APP = `import { Supply, formatDeadLetter, insert, itemSetter, one, unordered } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'

class Never extends Supply<{ line: string; file: string }> {
  start(): void {
    throw new Error('it ran')
  }
  finish(): void {}
}
const own = insert({
  limit: { doc: 'Numbers from here on fail.', format: 'nat', default: 10 },
  twice: { doc: 'A second supply.', default: false },
  hangs: { doc: 'Nothing is ever over.', default: false },
  stops: { doc: 'The first datum stops it.', default: false },
  buried: { doc: 'Whether there are dead letters.', default: true },
})
export default app({
  name: 'sum',
  config: { input: fileWatcherBaseConfig, own, output: lineDrainBaseConfig, dead: lineDrainBaseConfig },
  build(train, { input, own, output, dead }) {
    const check = ({ line, file }: { line: string; file: string }) => {
      if (own.stops) void train.stop()
      if (!(Number(line) < own.limit)) throw new Error('too large')
      return [line + ' ' + file]
    }
    const hang = unordered(async (line: string) => {
      if (own.hangs) await new Promise(() => (console.log('hanging'), setInterval(() => undefined, 1000)))
      return [line]
    })
    const setters = { lineSetter: itemSetter('line'), filenameSetter: itemSetter('file') }
    train.line(new FileWatcherSupply<{ line: string; file: string }>(train, { ...input, ...setters }), check, hang, new LineDrain(train, output))
    if (own.twice) train.line(new Never(train, {}), check, new LineDrain(train, output))
    if (own.buried) train.deadLettersTo(one(formatDeadLetter), new LineDrain(train, dead))
  },
})
`
const CONFIG = {
  input: { filenames: ['in.log'], follow: false },
  output: { path: 'out' },
  dead: { path: 'dead.jsonl' },
  log: { level: 'fatal' },
}

function start(files: Readonly<Record<string, string>> = {}) {
  const dir = scratch({ 'sum.ts': APP, 'config/sum.json': JSON.stringify(CONFIG), ...files })
  const lines = (name: string) => readFileSync(join(dir, name), 'utf8').split('\n').slice(0, -1) // prettier-ignore
  const replay = (...argv: string[]) => deadbeat(dir, ['replay', 'again.jsonl', '--into', 'sum', ...argv])
  return { dir, lines, replay, there: (name: string) => existsSync(join(dir, name)) }
}

const letters = (...texts: string[]) => texts.map((text) => `${letter(text, 'check')}\n`).join('')

test('what failed in a run goes through once it is right, as it would have gone; the file stays', () => {
  const { dir, lines, replay, there } = start({ 'in.log': '1\n20\nx\n2\n' })
  expect(deadbeat(dir, ['run', 'sum'])).toMatchObject({ status: 0, stderr: '' })
  expect(lines('out')).toEqual([`1 ${dir}/in.log`, `2 ${dir}/in.log`])
  renameSync(join(dir, 'dead.jsonl'), join(dir, 'again.jsonl'))
  const before = lines('again.jsonl')
  expect(replay('--own.limit', '100')).toEqual({
    status: 0,
    stdout: '',
    stderr: 'replayed 2, failed again 1, without original 0\n',
  })
  expect(lines('out')).toEqual([`1 ${dir}/in.log`, `2 ${dir}/in.log`, `20 ${dir}/in.log`])
  expect(lines('again.jsonl')).toEqual(before)
  expect(lines('dead.jsonl').map((line) => JSON.parse(line) as object)).toMatchObject([{ original: 'x', cog: 'check' }])
  expect(there('state/sum.batch.checkpoint')).toBe(false)
})

test('the file that the app itself writes is refused, and left as it is', () => {
  const { dir, lines } = start({ 'dead.jsonl': letters('1') })
  const { status, stderr } = deadbeat(dir, ['replay', './dead.jsonl', '--into', 'sum'])
  expect(status).toBe(64)
  expect(stderr).toMatch(
    /^sum: \.\/dead\.jsonl is written by sum itself \(LineDrain#2\): .* Move it first \(mv \.\/dead\.jsonl/,
  )
  expect(lines('dead.jsonl')).toHaveLength(1)
})

test('a line that is no letter is told with its number before anything is run', () => {
  const { replay, there } = start({ 'again.jsonl': `${letters('1')}no\n` })
  const { status, stderr } = replay()
  expect([status, stderr.slice(0, 49)]).toEqual([65, 'replay: line 2 of again.jsonl is no dead letter ('])
  expect(there('out')).toBe(false)
})

test('a dry run tells what would be done, and opens nothing', () => {
  const { replay, there } = start({ 'again.jsonl': letters('1', '2') + letter(null, 'Map') })
  expect(replay('--dry-run')).toEqual({
    status: 0,
    stdout: '',
    stderr: 'would replay 2 into sum, in the place of FileWatcherSupply, without original 1 (check 2, Map 1)\n',
  })
  expect([there('out'), there('again.jsonl'), there('state')]).toEqual([false, true, false])
})

test('--remove removes the file when nothing in it is needed any more', () => {
  const { replay, there, lines } = start({ 'again.jsonl': letters('1', '20') })
  expect(replay('--remove')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/failed again 1.*\nremoved again\.jsonl\n$/),
  })
  expect([there('again.jsonl'), lines('dead.jsonl').length]).toEqual([false, 1])
})

test('--remove keeps a file with a letter that could not be replayed, or whose datum was dropped: 65', () => {
  const { dir, replay, there } = start({ 'again.jsonl': letters('1') + letter(null) })
  expect(replay('--remove')).toMatchObject({
    status: 65,
    stderr:
      'replayed 1, failed again 0, without original 1\nwithout original: line 2 of again.jsonl, where they stay\nagain.jsonl stays\n',
  })
  writeFileSync(join(dir, 'again.jsonl'), letters('1', '20'))
  expect(replay('--remove', '--train.on-error=drop')).toMatchObject({
    status: 65,
    stderr: expect.stringContaining('dropped 1 (onError of sum): only again.jsonl still has them'),
  })
  expect(there('again.jsonl')).toBe(true)
})

test('--only replays letters of one cog, and tells which there are', () => {
  const { replay, lines } = start({ 'again.jsonl': letters('1') + `${letter('2', 'Map')}\n` })
  expect(replay('--only', 'Map')).toMatchObject({
    status: 0,
    stderr: 'replayed 1, failed again 0, without original 0\n',
  })
  expect(lines('out')).toEqual(['2 '])
  expect(replay('--only', 'Mop')).toMatchObject({
    status: 64,
    stderr:
      'replay: --only must be a cog that again.jsonl has letters of, check (1), Map (1): it is Mop; did you mean Map?\n',
  })
  expect(replay('--only', 'Map', '--remove')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('would be lost'),
  })
})

test('with several supplies it must be said whose place the letters take', () => {
  const { replay, lines } = start({ 'again.jsonl': letters('1') })
  expect(replay('--own.twice')).toMatchObject({
    status: 64,
    stderr: 'sum: say with --supply whose place the letters take: FileWatcherSupply, Never\n',
  })
  expect(replay('--own.twice', '--supply', 'FileWatcherSupply').status).toBe(0)
  expect(lines('out')).toEqual(['1 '])
})

test('of several supplies each letter takes the place of the one that it came from', () => {
  const from = (supply: string, text: string | null) => letter(text, 'check', undefined, null, { supply })
  const again = [from('Never', '{"line":"2"}'), from('FileWatcherSupply', '1'), letter(null, 'check')].join('\n')
  const { replay, lines, there } = start({ 'again.jsonl': again })
  const report = { supply: 'Never, FileWatcherSupply', letters: 3, selected: 3, replayed: 2, withoutOriginal: 1 }
  const dry = replay('--own.twice', '--dry-run', '--json')
  expect(JSON.parse(dry.stdout)).toMatchObject({ ...report, dryRun: true })
  expect(there('out')).toBe(false)
  const { status, stdout } = replay('--own.twice', '--json', '--remove')
  expect([status, JSON.parse(stdout)]).toMatchObject([
    65,
    { ...report, complete: true, removed: false, failedAgain: 1 },
  ])
  expect(lines('out')).toEqual(['1 '])
  const failed = lines('dead.jsonl').map((line) => JSON.parse(line) as object)
  expect(failed).toMatchObject([{ from: { supply: 'Never' } }])
})

test('--json reports to programs', () => {
  const { replay } = start({ 'again.jsonl': letters('1', '20') })
  const { status, stdout, stderr } = replay('--json')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    ...{ file: 'again.jsonl', app: 'sum', supply: 'FileWatcherSupply', letters: 2, cogs: { check: 2 }, selected: 2 },
    ...{ replayed: 2, failedAgain: 1, withoutOriginal: 0, dropped: 0, complete: true, removed: false, dryRun: false },
  })
})

test('where nothing takes what fails again the train stops, and the file stays', () => {
  const { replay, there } = start({ 'again.jsonl': letters('1', '20') })
  const { status, stderr } = replay('--own.buried', 'false', '--remove')
  expect(status).toBe(65)
  expect(stderr).toContain('replayed 2, failed again 1, without original 0\nit is not complete: ')
  expect(
    messages(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    ).at(-1),
  ).toMatch(/^stopped: check failed on /)
  expect(there('again.jsonl')).toBe(true)
})

test('stopped in between it is not complete: 75, and the file stays', async () => {
  const { dir, there } = start({ 'again.jsonl': letters('1', '2') })
  const argv = ['replay', 'again.jsonl', '--into', 'sum', '--remove', '--own.hangs', '--train.finish-timeout-ms', '10']
  const { child, ended } = await startDeadbeat(dir, argv, 'hanging')
  child.kill('SIGTERM')
  const { status, stderr } = await ended
  expect([status, there('again.jsonl')]).toEqual([75, true])
  expect(stderr).toContain('replayed 2, failed again 0, without original 0\nit is not complete: ')
})

test('stopped in order before the last letter it is not complete either', () => {
  const long = '0'.repeat(40_000)
  const { replay, there } = start({ 'again.jsonl': letters(long, long, long) })
  expect(replay('--own.stops', '--remove')).toMatchObject({
    status: 75,
    stderr: expect.stringMatching(
      /^replayed 2, failed again 0, without original 0\nit is not complete: .*\nagain\.jsonl stays\n$/,
    ),
  })
  expect(there('again.jsonl')).toBe(true)
})

test('outputs that the next start of the app would cut back are refused', async () => {
  const { dir, replay, there } = start({ 'again.jsonl': letters('1') })
  const file = new CheckpointFile(join(dir, 'state', 'sum.checkpoint'))
  file.load()
  await file.store(JSON.stringify({ version: 1, drains: { 'LineDrain#1': { path: 'out', bytes: 0 } } }))
  file.close()
  const { status, stderr } = replay('--state-dir', 'state')
  expect([status, there('out')]).toEqual([75, false])
  expect(stderr).toContain('its check-point (')
  expect(replay('--state-dir', 'state', '--output.path', 'late').status).toBe(0)
})

test('wrong settings of the app are told as by run: 78', () => {
  const { replay } = start({ 'again.jsonl': letters('1') })
  expect(replay('--own.limt=3')).toMatchObject({
    status: 78,
    stderr: 'sum: --own.limt is unknown: did you mean --own.limit? (flag)\n',
  })
})
