// Writers of one store that are killed: what they were told is there, and nothing is half. DEADBEAT_KV_CRASH_ROUNDS plays
// more rounds, DEADBEAT_KV_CRASH_SEED others.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const { DEADBEAT_KV_CRASH_ROUNDS: rounds = '10', DEADBEAT_KV_CRASH_SEED: seed = '1' } = process.env

test(
  `${rounds} rounds of kills lose no acknowledged commit and show no half one`,
  async () => {
    const script = fileURLToPath(new URL('run.mjs', import.meta.url))
    const child = spawn(process.execPath, [script, '--rounds', rounds, '--seed', seed], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
    child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more))
    const [code] = (await once(child, 'close')) as [number | null]
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^\d+ kills, .* 0 faults\n$/) })
    expect(parseInt(text)).toBeGreaterThanOrEqual(Number(rounds))
  },
  Number(rounds) * 10_000,
)
