import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { root } from '../support/sources.js'

const NOTHING = { lost: 0, repeated: 0, allowed: 0, corrupt: 0, disordered: 0, examples: [] as string[] }
const OUT = { name: 'out', form: 'rotated', path: 'out.log', kinds: 'jr', ordered: true, exact: true }
const DEAD = { name: 'dead', form: 'rotated', path: 'dead.log', kinds: 't', ordered: true, exact: true }

const sum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

/** A line of JSON as it is written; what comes out says the same in any form of JSON. */
function json(number: number, text = 'x', stream = 'a'): string {
  return JSON.stringify({ s: stream, n: number, c: sum(`${stream} ${number} j ${text}`), t: text })
}

function letter(number: number, text = 'größer'): string {
  return JSON.stringify({ cog: 'x', original: `# a ${number} ${sum(`a ${number} t ${text}`)} ${text}`, data: 'y' })
}

const file = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('')

/** What the checker says of these files, besides how many lines were noted. */
function check(files: Readonly<Record<string, string | Uint8Array>>, checks: readonly object[] = [OUT]) {
  const dir = mkdtempSync(join(tmpdir(), 'deadbeat-checker-'))
  for (const [name, content] of Object.entries({ 'checks.json': JSON.stringify(checks), ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), content)
  }
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'test/crash/checker.mjs'), dir])
  rmSync(dir, { recursive: true })
  const { written: _, ...report } = JSON.parse(String(stdout)) as typeof NOTHING & { written: number }
  return { status, ...report }
}

test('what is right is accepted, across rotated files and kinds', () => {
  const files = {
    notes: 'a jjt\na j\n',
    'out.log.10': file(json(1)),
    'out.log.2': file(json(2)),
    'out.log': file(json(4)),
    'out.log.old': 'not ours\n',
    'dead.log': file(letter(3)),
  }
  expect(check(files, [OUT, DEAD])).toEqual({ status: 0, ...NOTHING, lines: 4 })
})

test('a line that is lost is found', () => {
  const report = check({ notes: 'a jjjj\n', 'out.log': file(json(1), json(4)) })
  expect(report).toEqual({ status: 1, ...NOTHING, lines: 2, lost: 2, examples: ['lost for out: a 2 to 3'] })
})

test('an output that is not there has lost all', () => {
  expect(check({ notes: 'a jj\n' })).toMatchObject({ status: 1, lost: 2 })
})

test('a line that is repeated is found, also in another file', () => {
  const report = check({ notes: 'a jj\n', 'out.log.1': file(json(1)), 'out.log': file(json(2), json(1)) })
  expect(report).toMatchObject({ status: 1, repeated: 1, lost: 0, disordered: 0 })
  expect(report.examples).toEqual(['repeated in out.log:2: a 1, 2 times'])
})

test('where a line may be repeated, it is only counted', () => {
  const report = check({ notes: 'a j\n', 'out.log': file(json(1), json(1)) }, [{ ...OUT, exact: false }])
  expect(report).toEqual({ status: 0, ...NOTHING, lines: 2, allowed: 1 })
})

test.each([
  ['of which one character is another', json(2, 'xyz').replace('xyz', 'xyq')],
  ['with another number', json(2).replace('"n":2', '"n":3')],
  ['that is cut', json(2).slice(0, 20)],
  ['that two lines were joined to', json(2) + json(2)],
  ['that is empty', ''],
  ['that was never written', json(7)],
])('a line %s is found', (_, line) => {
  const report = check({ notes: 'a jj\n', 'out.log': file(json(1), json(2), line) })
  expect(report).toMatchObject({ status: 1, corrupt: 1, lost: 0, repeated: 0 })
})

test('a file that ends within a line is found', () => {
  const report = check({ notes: 'a j\n', 'out.log': file(json(1)) + '{"s":"a"' })
  expect(report).toMatchObject({
    status: 1,
    corrupt: 1,
    examples: ['corrupt in out.log: it ends with "{\\"s\\":\\"a\\""'],
  })
})

test('a line in the wrong order is found, of one stream only, and only where there is an order', () => {
  const notes = 'a jjj\nb j\n'
  const right = file(json(1), json(2), json(1, '', 'b'), json(3))
  const wrong = file(json(2), json(1), json(3), json(1, '', 'b'))
  expect(check({ notes, 'out.log': right })).toMatchObject({ status: 0 })
  const report = check({ notes, 'out.log': wrong })
  expect(report).toMatchObject({ status: 1, disordered: 1, lost: 0 })
  expect(report.examples).toEqual(['disordered in out.log:2: a 1 behind a 2'])
  expect(check({ notes, 'out.log': wrong }, [{ ...OUT, ordered: false }])).toMatchObject({ status: 0 })
})

test('a line in the wrong output is lost there and a stranger here', () => {
  const report = check({ notes: 'a jt\n', 'out.log': file(json(1), letter(2)) }, [OUT, DEAD])
  expect(report).toMatchObject({ status: 1, lost: 1, corrupt: 1 })
})

test('a dead letter whose original is not as it came is found', () => {
  const spoiled = letter(1).replace('größer', 'grö?er')
  expect(check({ notes: 'a t\n', 'dead.log': file(spoiled) }, [DEAD])).toMatchObject({ status: 1, corrupt: 1, lost: 1 })
})

test('a dead letter without its original tells by its datum', () => {
  const letters = file(`{"cog":"x","data":${json(1)}}`, `{"cog":"x","data":"# a 2 ${sum('a 2 t y')} y"}`, '{"cog":"x"}')
  const report = check({ notes: 'a jt\n', 'dead.log': letters }, [{ ...DEAD, kinds: 'jt' }])
  expect(report).toMatchObject({ lost: 0, corrupt: 1, lines: 3 })
})

test('a bundle tells of all its lines', () => {
  const notes = 'a jjj\n'
  const bundles = (...lists: string[][]): string => file(...lists.map((bundle) => JSON.stringify({ bundle })))
  expect(check({ notes, 'out.log': bundles(['a 1', 'a 2'], ['a 3']) })).toMatchObject({ status: 0 })
  expect(check({ notes, 'out.log': bundles(['a 1', 'a 2'], ['a 2', 'a 3']) })).toMatchObject({ status: 1, repeated: 1 })
  expect(check({ notes, 'out.log': bundles(['a 1', 'a 2'], []) })).toMatchObject({ status: 1, corrupt: 1, lost: 1 })
})

test('the files of a folder count in the order of their names, but those that are being written do not', () => {
  const files = {
    notes: 'a jjj\n',
    'spool/2': file(json(2)),
    'spool/10': file(json(1)),
    'spool/tmp/3': file(json(3)),
    'spool/3.gz': gzipSync(file(json(3))),
  }
  expect(check(files, [{ ...OUT, form: 'folder', path: 'spool' }])).toMatchObject({ status: 0 })
})

test('only the first faults of a sort are told, all are counted', () => {
  const report = check({ notes: 'a j\n', 'out.log': file(json(1), ...Array.from({ length: 9 }, () => json(1))) })
  expect(report.repeated).toBe(9)
  expect(report.examples).toHaveLength(5)
})

test('without a directory it says how it is called', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'test/crash/checker.mjs')], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([64, 'name the directory of a round: checker.mjs DIRECTORY\n'])
})
