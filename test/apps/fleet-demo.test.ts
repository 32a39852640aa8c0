import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scratch, startDeadbeat } from '../app/scratch.js'

test('whole on one machine it writes each number with its prime factors', async () => {
  const dir = scratch({})
  const argv = ['run', 'fleet-demo', '--every.period-ms', '1ms', '--every.count', '12', '--output.path', 'out.jsonl']
  expect(await (await startDeadbeat(dir, argv, '')).ended).toMatchObject({ status: 0 })
  const lines = readFileSync(join(dir, 'out.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(12)
  expect(lines.at(6)).toBe('{"number":7,"factors":[7]}')
  expect(lines.at(-1)).toBe('{"number":12,"factors":[2,2,3]}')
})
