import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { silentLogger } from '../../lib/movement/logger.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { AuditFile } from '../../lib/rights/audit-file.js'
import { temporary } from '../support/temporary.js'

const LINE = { audit: true, who: 'uid 7', from: 'pid 9', op: 'set', path: 'a.b', outcome: 'done' } as const

function start() {
  const path = join(temporary(), 'logs/audit.jsonl')
  mkdirSync(dirname(path))
  const clock = new ManualClock({ wallMs: 1_000 })
  const told: object[] = []
  const log = { ...silentLogger, error: (fields: object | string) => void told.push(fields as object) }
  const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').length
  return { path, clock, told, linesOf, open: () => new AuditFile(path, { clock, log }) }
}

test('lines are there at once, for the user alone, behind those of earlier runs', () => {
  const { path, open, linesOf } = start()
  for (let run = 0; run < 2; run++) {
    const file = open()
    file.write(LINE)
    expect(linesOf(path)).toBe(run + 1)
    file.close()
  }
  expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '')).toEqual({ timeMs: 1_000, ...LINE })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a file that was renamed is followed by its name within a second', () => {
  const { path, clock, open, linesOf } = start()
  const file = open()
  file.write(LINE)
  renameSync(path, `${path}.1`)
  file.write(LINE)
  clock.advance(1_000)
  file.write(LINE)
  expect([linesOf(`${path}.1`), linesOf(path)]).toEqual([2, 1])
  file.close()
})

test('what can not be written is told once a minute, with a count, and harms nobody', () => {
  const { path, clock, told, open, linesOf } = start()
  const file = open()
  rmSync(dirname(path), { recursive: true })
  for (let k = 0; k < 3; k++) {
    clock.advance(1_000)
    file.write(LINE)
  }
  clock.advance(60_000)
  file.write(LINE)
  expect(told).toMatchObject([{ lines: 1 }, { lines: 3 }])
  mkdirSync(dirname(path))
  clock.advance(1_000)
  file.write(LINE)
  expect(linesOf(path)).toBe(1)
  file.close()
})

test('a link, or a directory that is not there, is refused at the start', () => {
  const { path, open } = start()
  writeFileSync(`${path}.target`, '')
  symlinkSync(`${path}.target`, path)
  expect(open).toThrow("the file of the audit can't be opened: ELOOP")
  rmSync(dirname(path), { recursive: true })
  expect(open).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_FILE' }) as Error)
})

test('what is written after it was closed is counted as lost, and gets into nobody else’s file', () => {
  const { path, told, open, linesOf } = start()
  const file = open()
  file.write(LINE)
  file.close()
  const other = openSync(`${path}.other`, 'w') // It gets the number that was free.
  file.write(LINE)
  closeSync(other)
  expect([linesOf(path), statSync(`${path}.other`).size, told]).toEqual([1, 0, [expect.objectContaining({ lines: 1 })]])
})
