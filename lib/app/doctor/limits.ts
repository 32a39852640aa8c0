/** What the system lets a user have, and what is had of it. */
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fine, warning, type Finding } from './finding.js'

const USED_PERCENT_MAX = 80
const DESCRIPTORS_MIN = 1024

/** Inotify instances and watches of this user, over all processes that can be looked at; and open files. */
export function examineLimits(proc = '/proc', uid = process.getuid?.() ?? 0): Finding[] {
  const used = inotifyUse(proc, uid)
  return [
    inotify('inotify watches', 'max_user_watches', used.watches, proc),
    inotify('inotify instances', 'max_user_instances', used.instances, proc),
    descriptors(proc),
  ]
}

function inotify(what: string, name: string, used: number, proc: string): Finding {
  const text = read(join(proc, 'sys/fs/inotify', name))
  if (text === null) return warning(what, 'the kernel has no inotify', 'Nothing: files are looked at by the clock.')
  const max = Number(text)
  const found = `${used} of ${max} are used by this user`
  if (used * 100 < max * USED_PERCENT_MAX) return fine(what, found)
  return warning(what, found, `sysctl -w fs.inotify.${name}=${max * 4}, and the same in /etc/sysctl.d to keep it.`)
}

function inotifyUse(proc: string, uid: number): { instances: number; watches: number } {
  let [instances, watches] = [0, 0]
  for (const pid of list(proc).filter((name) => /^\d+$/.test(name) && ownerOf(join(proc, name)) === uid)) {
    for (const fd of list(join(proc, pid, 'fd'))) {
      if (linkOf(join(proc, pid, 'fd', fd)) !== 'anon_inode:inotify') continue
      instances++
      watches += (read(join(proc, pid, 'fdinfo', fd)) ?? '')
        .split('\n')
        .filter((line) => line.startsWith('inotify ')).length
    }
  }
  return { instances, watches }
}

function descriptors(proc: string): Finding {
  const [, soft] = /^Max open files\s+(\S+)/m.exec(read(join(proc, 'self/limits')) ?? '') ?? []
  if (soft === undefined) return warning('open files', 'the limit is not known', 'Look at ulimit -n.')
  if (soft === 'unlimited' || Number(soft) >= DESCRIPTORS_MIN) return fine('open files', `at most ${soft}`)
  return warning(
    'open files',
    `at most ${soft}`,
    `ulimit -n ${DESCRIPTORS_MIN}, or LimitNOFILE= in the unit: each file that is read needs one.`,
  )
}

// What ends meanwhile, or belongs to others, isn't counted.
function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function ownerOf(path: string): number {
  try {
    return statSync(path).uid
  } catch {
    return -1
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return null
  }
}
