/** How the commands of kv end, in every help. */
import { EXIT } from '../../app/exit-codes.js'

/** The codes that the commands of kv end with, by what happened. */
export const KV_EXIT = {
  ok: EXIT.ok,
  /** `diff` found a difference, an editor or a person gave up: nothing is wrong with the store. */
  different: 1,
  usage: EXIT.usage,
  /** What was given can't be read: a value that is no JSON, a file of another format. */
  wrongData: EXIT.dataerr,
  /** A key, or a revision of it, isn't there. */
  notFound: EXIT.noinput,
  /** A key is there already, or was changed by somebody else. */
  conflict: EXIT.cantcreat,
  /** It may go well another time: no answer in time, a lock that others hold, a lease that was lost. */
  tryAgain: EXIT.tempfail,
} as const

/** The same for people. */
export const EXIT_HELP = `
Exit codes: 0; 1, different (diff), or given up; 64, a wrong use; 65, wrong data; 66, no such key or revision; 69, the
store can't be reached; 73, a conflict: the key exists, or somebody changed it; 75, not in time, or a lock is held or lost:
try again; 77, the store refuses it.
`
