/** What a train says to whoever waits for it (the caller of a daemon, a service manager), on Node's diagnostics channels. */
import { channel } from 'node:diagnostics_channel'

/** It runs: all of it has started. The message is `{ train }`. */
export const running = channel('deadbeat.train.running')

/** It has begun to stop, on its own, by a signal or for a failure. The message is `{ train }`. */
export const stopping = channel('deadbeat.train.stopping')
