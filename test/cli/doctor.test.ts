import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'

test('it tells for people and for programs', () => {
  const dir = scratch({})
  const flags = ['--state-dir', dir, '--runtime-dir', dir]
  const { status, stdout } = deadbeat(dir, ['doctor', ...flags])
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ok {4}Node: \d+/)])
  const report = JSON.parse(deadbeat(dir, ['doctor', '--json', ...flags]).stdout) as { ok: boolean; findings: object[] }
  expect([report.ok, report.findings.length]).toEqual([true, 9])
})

test('the database of a configuration is looked at', () => {
  const dir = scratch({ 'a.json': '{"kv":{"url":"file:/proc/1/nowhere/kv"}}', 'b.json': '{' })
  const flags = ['doctor', '--state-dir', dir, '--runtime-dir', dir, '--config']
  const { status, stdout } = deadbeat(dir, [...flags, `${dir}/a.json`])
  expect([status, stdout]).toEqual([78, expect.stringContaining('FAIL  database: /proc/1/nowhere: no leave to write')])
  expect(deadbeat(dir, [...flags, `${dir}/b.json`]).status).toBe(78)
})

test('a directory that can not be used brings 78, a port that is none 64', () => {
  const dir = scratch({})
  const { status, stdout } = deadbeat(dir, ['doctor', '--state-dir', '/proc/1/nowhere', '--runtime-dir', dir])
  expect([status, stdout]).toEqual([78, expect.stringContaining('FAIL  state directory')])
  expect(deadbeat(dir, ['doctor', '--port', 'x']).status).toBe(64)
})
