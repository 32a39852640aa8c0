import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { root } from '../support/sources.js'

interface Plan {
  readonly name: string
  readonly app: string
  readonly events: readonly { readonly signal: string }[]
  readonly generator: { readonly streams: readonly { readonly isPattern: boolean; readonly isReaderSteady: boolean }[] }
  readonly checks: readonly { readonly ordered: boolean }[]
}

/** The plans of these seeds, made by a process of their own. */
function plans(seeds: readonly number[], name: string | null = null): Plan[] {
  const script = `
    const { planOf } = await import('./test/crash/plan.mjs')
    console.log(JSON.stringify(${JSON.stringify(seeds)}.map((seed) => planOf(seed, ${JSON.stringify(name)}))))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
  return JSON.parse(String(stdout)) as Plan[]
}

const SEEDS = Array.from({ length: 200 }, (_, i) => i)

test('the same seed gives the same plan, and its name gives it again', () => {
  const [one, again, other] = plans([7, 7, 8])
  expect(again).toEqual(one)
  expect(other).not.toEqual(one)
  expect(plans([7], one!.name)).toEqual([one])
})

test('every usual plan comes, the controls only when they are named', () => {
  const names = new Set(plans(SEEDS).map(({ name }) => name))
  const apps = ['plain', 'lookups', 'branch', 'aggregate', 'dedupe', 'spool', 'socket']
  expect([...names].sort()).toEqual([...apps, 'full-disk', 'steady'].sort())
  expect(plans([1], 'drops')).toMatchObject([{ name: 'drops', app: 'sabotage' }])
})

test('a steady plan kills nobody; only there a file is deleted that was not read', () => {
  for (const { name, events, generator } of plans(SEEDS)) {
    const isKilled = events.some(({ signal }) => signal !== 'SIGSTOP')
    if (name === 'steady') expect(isKilled).toBe(false)
    if (isKilled) expect(generator.streams.filter(({ isReaderSteady }) => isReaderSteady)).toEqual([])
  }
})

test('no order is promised of files that are found by a pattern', () => {
  for (const { checks, generator } of plans(SEEDS))
    if (generator.streams[0]!.isPattern) expect(checks.filter(({ ordered }) => ordered)).toEqual([])
})
