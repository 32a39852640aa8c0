/** File systems on which inotify doesn't tell all. */
import { readFileSync } from 'node:fs'
import { fine, warning, type Finding } from './finding.js'

const POLLED = /^(?:nfs\d?|cifs|smb\d?|9p|fuse(?:\..*)?|fuseblk|vboxsf|afs|ceph|glusterfs|lustre|virtiofs|prl_fs)$/

/** Which mounts there are of which another machine, or the host, may change files unseen. */
export function examineMounts(mountinfo = '/proc/self/mountinfo'): Finding {
  const what = 'file systems'
  let text: string
  try {
    text = readFileSync(mountinfo, 'utf8')
  } catch {
    return warning(what, 'the mounts are not known', 'Set rescanMs where files lie on another machine.')
  }
  const polled = text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    const [type = ''] = after.split(' ')
    return POLLED.test(type) ? [`${before.split(' ')[4] ?? ''} (${type})`] : []
  })
  if (polled.length === 0) return fine(what, 'inotify tells of all that are mounted')
  const advice = 'What others write there is seen when files are looked at: every rescanMs of the supply.'
  return warning(what, polled.join(', '), advice)
}
