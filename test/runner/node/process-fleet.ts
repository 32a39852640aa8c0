/** Nodes as processes, and a job that writes its token again and again. */
import { readFileSync } from 'node:fs'
import { openKv, type PathWatch } from '../../../lib/kv/index.js'
import { Keys, readJobState, type JobState } from '../../../lib/runner/index.js'
import { scratch, startDeadbeat } from '../../app/scratch.js'
import { anyJob } from './kit.js'

const keys = new Keys()
const id = anyJob('beats')

const BEATING = `
  for (let n = 1; ; n++) {
    await _self.set(_P('beat'), { fence: _fence, pid: process.pid, n })
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
`

/** What the job writes. */
export interface Beat {
  readonly fence: number
  /** Of its process. */
  readonly pid: number
  readonly n: number
}

export type ProcessFleet = Awaited<ReturnType<typeof startProcessFleet>>

/** Start nodes of these names on a store, and the job. */
export async function startProcessFleet(
  url: string,
  names: readonly string[],
  ttlS: number,
  env: Readonly<Record<string, string>> = {},
) {
  const dir = scratch({})
  const kv = openKv(url)
  await kv.put(keys.code(['beat']), JSON.stringify({ mode: 'async', code: BEATING }))
  await kv.put(keys.job(id), JSON.stringify({ code: 'beat', target: 1, delay: 0 }))
  const beats: Beat[] = []
  const overlaps: string[] = []
  let watch: PathWatch | null = null
  const nodes = new Map<string, Awaited<ReturnType<typeof startNode>>>()
  await Promise.all(names.map(async (name) => nodes.set(name, await startNode(dir, url, name, ttlS, env))))

  /** The next beat that satisfies. */
  async function beat(satisfies: (beat: Beat) => boolean = () => true): Promise<Beat> {
    watch ??= kv.watch('/beat')
    for (;;) {
      const { value: event } = await watch.next()
      if (event === undefined) throw new Error('the fleet was closed')
      if (event.value === null) continue
      const now = JSON.parse(event.value) as Beat
      const last = beats.at(-1)
      if (last !== undefined && last.fence !== now.fence && isAlive(last.pid)) {
        overlaps.push(`${last.fence} as ${last.pid}, and ${now.fence} as ${now.pid}`)
      }
      beats.push(now)
      if (satisfies(now)) return now
    }
  }

  const state = async (): Promise<JobState> =>
    readJobState(JSON.parse((await kv.get(keys.state(id, '')))[0] ?? '{}') as never)

  return {
    ...{ kv, beats, overlaps, beat, state },
    outcome: async (attempt: number): Promise<string> => {
      const [text] = await kv.get(keys.attempt(id, '', attempt))
      return (JSON.parse(text ?? '{}') as { outcome?: string }).outcome ?? 'none'
    },
    /** Wait until each node has said something, from now on. */
    allSay: (words: string) => Promise.all([...nodes.values()].map((node) => node.says(words))),
    signal: (name: NodeJS.Signals) => nodes.forEach(({ child }) => child.kill(name)),
    close: async () => {
      watch?.close()
      for (const { child } of nodes.values()) child.kill('SIGKILL')
      await Promise.all([...nodes.values()].map(({ ended }) => ended))
      await kv.close()
    },
  }
}

async function startNode(dir: string, url: string, name: string, ttlS: number, env: Readonly<Record<string, string>>) {
  const argv = ['node', '--name', name, '--kinds', 'any', '--url', url, '--ttl', `${ttlS}s`]
  const { child, ended } = await startDeadbeat(dir, argv, 'answers at', env)
  return {
    ...{ child, ended },
    says: (words: string) =>
      new Promise<void>((resolve, reject) => {
        let said = ''
        child.stderr.on('data', (chunk: Buffer) => {
          said += String(chunk)
          if (said.includes(words)) resolve()
        })
        void ended.then(({ stderr }) => reject(new Error(`it ended before it said ${words}: ${stderr}`)))
      }),
  }
}

/** Whether a process runs; one that has ended and was not fetched does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** No owner ever wrote after a later one. */
export function expectInOrder(beats: readonly Beat[]): void {
  const fences = beats.map(({ fence }) => fence)
  expect(fences).toEqual([...fences].sort((a, b) => a - b))
}
