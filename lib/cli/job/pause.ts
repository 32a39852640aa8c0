/** `deadbeat job pause` and `resume`: one job, or all of a group. What runs goes on. */
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import type { Session } from '../kv/session.js'
import { changeGroup } from './change-group.js'
import { requireJob } from './require-job.js'
import { jobAt, jobsOf, type JobFlags } from './where.js'

const HELP = `
Without a path it is the whole group. What runs goes on; nothing is started until it is resumed.

  deadbeat job pause the.answer
  deadbeat job -g lab pause
  deadbeat job -g lab resume
`

/** Add the commands to the program. */
export function addPause(program: KvProgram): void {
  for (const [name, summary, paused] of [
    ['pause', 'start a job, or those of a group, no more', true],
    ['resume', 'start it again when it is due', false],
  ] as const) {
    addKvCommand<JobFlags>(program, {
      name,
      summary,
      help: HELP,
      extend: (command) => command.argument('[path]', 'the job; the whole group if it is not given'),
      act: (session, words, flags) => pause(session, words, flags, paused),
    })
  }
}

async function pause(session: Session, [path]: readonly string[], flags: JobFlags, paused: boolean): Promise<number> {
  const jobs = jobsOf(session, flags)
  const what = paused ? 'pauses' : 'goes on'
  if (path === undefined) {
    await changeGroup(jobs, jobs.place, (group) => ({ ...group, paused }))
    session.tell(`group ${jobs.place.group} ${what}`, { group: jobs.place.group, paused })
    return 0
  }
  const id = jobAt(jobs, path)
  await requireJob(jobs, id)
  await jobs.store.set(id, (written) => ({ ...written, paused }))
  session.tell(`${path} ${what}`, { path, paused })
  return 0
}
