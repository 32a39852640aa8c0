// The promise that nothing is lost, and that from file to file nothing is repeated, whenever the daemon is killed. The
// controls show that it would be found out. DEADBEAT_CRASH_ROUNDS and DEADBEAT_CRASH_SEED play more rounds, or others.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hasEtcd } from '../support/etcd.js'
import { root } from '../support/sources.js'

// As it is used it plays the most; with the closure engine, and without the binding, other rounds.
const isWhole = process.env['DEADBEAT_CODEGEN'] === undefined && process.env['DEADBEAT_NATIVE'] === undefined
const [usual, first] = isWhole ? ['8', '1'] : ['4', process.env['DEADBEAT_NATIVE'] === undefined ? '101' : '201']
const { DEADBEAT_CRASH_ROUNDS: rounds = usual, DEADBEAT_CRASH_SEED: seed = first } = process.env
/** How long a round may take on a busy machine. */
const ROUND_MAX_MS = 60_000

interface Played {
  readonly code: number | null
  readonly rounds: number
  readonly kills: number
  readonly lines: number
  readonly lost: number
  readonly repeated: number
  readonly faults: number
  readonly errors: string
}

/** Play rounds, two at a time; answers the summary. */
async function play(...args: string[]): Promise<Played> {
  const path = join(root, 'test/crash/run.mjs')
  const child = spawn(process.execPath, [path, '--jobs', '2', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  // Asked in time it clears up behind itself, which jest would not.
  const timer = setTimeout(() => child.kill('SIGTERM'), Number(args[1]) * ROUND_MAX_MS - 5000)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  const counts = [...out.matchAll(/(\d+) (\w+)/g)].map(([, count, what]) => [what, Number(count)] as const)
  return { code, ...(Object.fromEntries(counts) as unknown as Omit<Played, 'code' | 'errors'>), errors }
}

/** What rounds that had to fail have kept is of no use. */
function clear({ errors }: Played): void {
  for (const [, directory] of errors.matchAll(/kept in (\S+)/g)) rmSync(directory!, { recursive: true })
}

test(
  'killed at random moments, nothing is lost, and from file to file nothing is repeated',
  async () => {
    const played = await play('--rounds', rounds, '--seed', seed)
    // Where nobody may mount a small disk, those rounds are left out, and that is all there is to tell.
    expect(played.errors.replace(/^rounds with a full disk are left out.*\n/m, '')).toBe('')
    expect(played).toMatchObject({ code: 0, rounds: Number(rounds), lost: 0, repeated: 0, faults: 0 })
    expect(played.kills).toBeGreaterThan(Number(rounds))
  },
  Number(rounds) * ROUND_MAX_MS,
)

// The database is the same, whatever runs the train.
const databases = isWhole ? ['kv', ...(hasEtcd ? ['etcd'] : [])] : []
for (const kind of databases) {
  test(
    `the same with check-points in a database: ${kind}`,
    async () => {
      const played = await play('--rounds', '4', '--seed', seed, '--checkpoints', kind)
      expect(played.errors.replace(/^rounds with a full disk are left out.*\n/m, '')).toBe('')
      expect(played).toMatchObject({ code: 0, rounds: 4, lost: 0, repeated: 0, faults: 0 })
      expect(played.kills).toBeGreaterThan(4)
    },
    4 * ROUND_MAX_MS,
  )
}

test(
  'not killed, it follows every rotation: nothing is lost, nothing is repeated',
  async () => {
    const played = await play('--rounds', '2', '--seed', seed, '--plan', 'steady')
    expect(played).toMatchObject({ code: 0, rounds: 2, kills: 0, lost: 0, repeated: 0, faults: 0 })
    expect(played.lines).toBeGreaterThan(200)
  },
  2 * ROUND_MAX_MS,
)

// Whether the harness finds what is wrong doesn't depend on what runs the train.
if (isWhole) {
  test.each([
    ['drops a line', 'drops', { lost: 1, repeated: 0 }],
    ['doubles a line', 'doubles', { lost: 0, repeated: 1 }],
  ])(
    'a train that %s is found out, and how to repeat it is told',
    async (_, plan, wanted) => {
      const played = await play('--rounds', '1', '--seed', seed, '--plan', plan)
      expect(played).toMatchObject({ code: 1, faults: 1, ...wanted })
      expect(played.errors).toContain(`npm run crash -- --rounds 1 --seed ${seed} --plan ${plan} --keep`)
      clear(played)
    },
    ROUND_MAX_MS,
  )

  test(
    'a train that forgets its check-points is found out',
    async () => {
      // A kill may come when nothing was between two records: not every round shows it.
      const played = await play('--rounds', '3', '--seed', seed, '--plan', 'forgetful')
      expect([played.code, played.faults > 0]).toEqual([1, true])
      clear(played)
    },
    3 * ROUND_MAX_MS,
  )
}
