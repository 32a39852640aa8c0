import { expect, test } from '@jest/globals'
import { exitCodeOfReport, isNeeded, jsonOf, linesOf, type Report } from '../../../lib/app/replay/report.js'

const report = (more: Partial<Report> = {}): Report => ({
  ...{
    file: 'dead.jsonl',
    app: 'knocks',
    supply: 'StdinSupply',
    letters: 12,
    cogs: { Map: 9, Filter: 3 },
    selected: 12,
  },
  ...{ replayed: 12, failedAgain: 1, withoutOriginal: [], dropped: 0, complete: true },
  ...{ removed: false, removing: false, dryRun: false },
  ...more,
})

test('one line says how it went', () => {
  expect(linesOf(report())).toEqual(['replayed 12, failed again 1, without original 0'])
  expect(exitCodeOfReport(report())).toBe(0)
})

test('what exists nowhere but in the file is told, and the code is 65', () => {
  const left = report({ replayed: 10, withoutOriginal: [3, 8], removing: true })
  expect(linesOf(left)).toEqual([
    'replayed 10, failed again 1, without original 2',
    'without original: line 3, 8 of dead.jsonl, where they stay',
    'dead.jsonl stays',
  ])
  const dropped = report({ dropped: 2 })
  expect(linesOf(dropped)[1]).toBe('dropped 2 (onError of knocks): only dead.jsonl still has them')
  expect([left, dropped].map(exitCodeOfReport)).toEqual([65, 65])
  expect([report(), left, dropped, report({ complete: false })].map(isNeeded)).toEqual([false, true, true, true])
})

test('of very many lines the first are told', () => {
  const withoutOriginal = Array.from({ length: 11 }, (_, i) => i + 1)
  expect(linesOf(report({ withoutOriginal }))[1]).toBe(
    'without original: line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ... of dead.jsonl, where they stay',
  )
})

test('what is not complete is to be tried again: 75', () => {
  const stopped = report({ complete: false, removing: true })
  expect(linesOf(stopped).slice(1)).toEqual([
    'it is not complete: what is not over comes again when dead.jsonl is replayed again',
    'dead.jsonl stays',
  ])
  expect(exitCodeOfReport(stopped)).toBe(75)
})

test('whether the file was removed is told', () => {
  expect(linesOf(report({ removing: true, removed: true }))[1]).toBe('removed dead.jsonl')
  const grown = report({ removing: true })
  expect(linesOf(grown)[1]).toBe('dead.jsonl stays: it was written to or replaced meanwhile')
  expect(exitCodeOfReport(grown)).toBe(75)
})

test('a dry run says what would be done', () => {
  expect(linesOf(report({ dryRun: true }))).toEqual([
    'would replay 12 into knocks, in the place of StdinSupply, without original 0 (Map 9, Filter 3)',
  ])
  expect(linesOf(report({ dryRun: true, selected: 9, replayed: 9 }))[0]).toMatch(/^would replay 9 of 12 into knocks/)
  expect(exitCodeOfReport(report({ dryRun: true, complete: false, withoutOriginal: [1] }))).toBe(0)
})

test('for programs it is one line of JSON', () => {
  const json = jsonOf(report({ withoutOriginal: [4] }))
  expect(json).toMatch(/^[^\n]*\n$/)
  expect(JSON.parse(json)).toMatchObject({
    replayed: 12,
    failedAgain: 1,
    withoutOriginal: 1,
    complete: true,
    removed: false,
  })
})
