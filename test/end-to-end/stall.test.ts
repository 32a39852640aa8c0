import { expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './apps.js'

/** How long the reader of the output sleeps: a minute in a soak, less where many tests wait their turn. */
const STALL_MS = Number(process.env['DEADBEAT_STALL_MS'] ?? 3000)
const COUNT = 400_000
const MAIN = join(process.cwd(), 'dist/lib/cli/main.js')

/** CPU in ms, resident memory in MB, and how often the kernel has switched to it. */
function usageOf(pid: number) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const number = (pattern: RegExp): number => Number(pattern.exec(status)?.[1])
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
    mb: number(/VmRSS:\s+(\d+)/) / 1024,
    switches: number(/\nvoluntary_ctxt_switches:\s+(\d+)/),
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test(
  'a reader that stalls makes the train wait: its memory stays, it burns nothing, and nothing is lost',
  async () => {
    const { dir, path } = start()
    const fd = openSync(path('in.log'), 'w')
    const padding = 'x'.repeat(150)
    for (let i = 0; i < COUNT; i += 1000) {
      writeSync(fd, Array.from({ length: 1000 }, (_, k) => `${i + k} ${padding}\n`).join(''))
    }
    closeSync(fd)
    const argv = ['run', 'print.ts', '--no-input.follow', '--input.filenames', 'in.log', '--state-dir', path('state')]
    // V8 gives memory back some seconds after a train has come to rest, once, for some 60 ms: that is no spinning of ours.
    const child = spawn(process.execPath, ['--no-memory-reducer', MAIN, ...argv], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = child.pid as number
    /** What it is like once it has done nothing for so long. */
    const atRest = async (ms: number, cpuMs: number, switches: number) => {
      for (let before = usageOf(pid); ;) {
        await sleep(ms)
        const now = usageOf(pid)
        if (now.cpuMs > 0 && now.cpuMs - before.cpuMs <= cpuMs && now.switches - before.switches <= switches)
          return [before, now] as const
        before = now
      }
    }
    // Nobody reads: the pipe is full at once, and so is the drain a little later. On a slow disk it has rested before.
    await atRest(300, Infinity, 0)
    const [full, after] = await atRest(STALL_MS, 20, 5)
    expect(after.mb).toBeLessThan(full.mb + 2)
    expect(after.mb).toBeLessThan(150)
    let next = 0
    let carried = ''
    for await (const chunk of child.stdout.setEncoding('latin1') as AsyncIterable<string>) {
      const lines = (carried + chunk).split('\n')
      carried = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith(`${next} `) && line.length === String(next).length + 151) next++
    }
    expect([next, carried]).toEqual([COUNT, ''])
  },
  STALL_MS + 180_000,
)
