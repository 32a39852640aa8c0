import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { readJobEntry } from '../../../lib/runner/index.js'
import { Agenda } from '../../../lib/runner/node/agenda.js'
import { MirroredJob } from '../../../lib/runner/node/mirror.js'
import { anyJob } from './kit.js'

function start() {
  const clock = new ManualClock({ nowMs: 5000, wallMs: 100_000 })
  const said: string[] = []
  const agenda: Agenda = new Agenda({
    clock,
    consider: ({ name }) => said.push(`${name} changed`),
    begin: ({ name }) => said.push(`${name} due at ${clock.now()}`),
  })
  const [a, b] = ['a', 'b'].map((name) => new MirroredJob(anyJob(name), name)) as [MirroredJob, MirroredJob]
  return { clock, agenda, said, a, b }
}

it('looks at nothing before it is open, and once at what has changed more than once', () => {
  const { clock, agenda, said, a, b } = start()
  agenda.touch(a)
  clock.advance(100)
  expect(said).toEqual([])
  agenda.open()
  agenda.touch(b)
  agenda.touch(a)
  clock.advance(0)
  expect(said).toEqual(['a changed', 'b changed'])
})

it('gives what is due, in order of time, and nothing that was looked at anew meanwhile', () => {
  const { clock, agenda, said, a, b } = start()
  agenda.open()
  agenda.dueIn(a, 50)
  agenda.dueAt(b, { due: 100.02 })
  clock.advance(20)
  expect(said).toEqual(['b due at 5020'])
  agenda.touch(a)
  clock.advance(1000)
  expect(said.slice(1)).toEqual(['a changed'])
})

it('takes what is past for due now, and never what is never', () => {
  const { clock, agenda, said, a, b } = start()
  agenda.open()
  agenda.dueAt(a, { due: 1 })
  agenda.dueAt(b, { due: 100 })
  clock.advance(0)
  expect(said).toEqual(['a due at 5000', 'b due at 5000'])
  agenda.dueAt(a, { due: null })
  clock.advance(1e9)
  expect(said).toHaveLength(2)
})

it('is silent once it is closed', () => {
  const { clock, agenda, said, a } = start()
  agenda.open()
  agenda.dueIn(a, 10)
  agenda.close()
  agenda.touch(a)
  clock.advance(100)
  expect(said).toEqual([])
})

it('asks what time it is once for all jobs of a pass, and anew in the next', () => {
  const clock = new ManualClock({ nowMs: 5000, wallMs: 100_000 })
  const asked = { now: 0, wall: 0 }
  const counting = {
    now: () => (asked.now++, clock.now()),
    wall: () => (asked.wall++, clock.wall()),
    soon: (ring: () => void) => clock.soon(ring),
    alarm: (atMs: number, ring: () => void) => clock.alarm(atMs, ring),
  }
  const begun: string[] = []
  const agenda: Agenda = new Agenda({
    clock: counting,
    consider: (job) => agenda.await(job),
    begin: ({ name }) => begun.push(`${name} at ${clock.now()}`),
  })
  const jobs = Array.from({ length: 100 }, (_, at) => new MirroredJob(anyJob(`${at}`), `${at}`))
  for (const job of jobs) {
    job.entry = readJobEntry({ code: 'beat', target: 200 })
    agenda.touch(job)
  }
  asked.now = 0
  agenda.open()
  clock.advance(0)
  expect(asked).toEqual({ now: 1, wall: 1 })
  clock.advance(99_999)
  agenda.touch(jobs[7] as MirroredJob)
  clock.advance(0)
  expect(begun).toEqual([])
  clock.advance(1)
  expect(begun).toHaveLength(100)
  expect(new Set(begun.map((line) => line.split(' at ')[1]))).toEqual(new Set(['105000']))
})
