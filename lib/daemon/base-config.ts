/** What an operator may set of a daemon. */
import { insert } from '../settings/index.js'

/** Configuration insert of the daemon. */
export const daemonBaseConfig = insert({
  detach: { doc: 'Whether to go on in the background, in a session of its own.', format: 'boolean', default: false },
  readyTimeoutMs: {
    doc: 'How long the caller waits for the train to run before it gives up on the daemon, and ends it.',
    format: 'duration',
    min: 1,
    max: 2_147_483_647, // What a timer of Node can wait.
    default: '30s',
  },
  pidFile: {
    doc: "The file that is locked while the daemon runs and says its process; an app's detached daemon has NAME.pid in its runtime directory if none is set.",
    format: 'path',
    default: null,
  },
  user: {
    doc: 'The user to become before the train starts, by name or number; only the superuser can.',
    format: 'text',
    default: null,
  },
  group: {
    doc: "The group to become, by name or number; the user's own if none is set.",
    format: 'text',
    default: null,
  },
  umask: {
    doc: "The mode bits that no new file gets; the caller's if none are set.",
    format: 'octal',
    default: null,
  },
  directory: {
    doc: 'The working directory, from which relative paths count; where it was started if none is set, / after a chroot.',
    format: 'path',
    default: null,
  },
  chroot: {
    doc: 'The directory to make the root of all paths before the train starts; only the superuser can.',
    format: 'path',
    default: null,
  },
})
