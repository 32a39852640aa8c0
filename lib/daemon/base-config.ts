/** What an operator may set of a daemon. */
import { insert } from '../settings/index.js'

/** Configuration insert of the daemon. */
export const daemonBaseConfig = insert({
  detach: { doc: 'Whether to go on in the background, in a session of its own.', format: 'boolean', default: false },
  readyTimeoutMs: {
    doc: 'How long the caller waits for the train to run before it gives up on the daemon.',
    format: 'duration',
    default: '30s',
  },
})
