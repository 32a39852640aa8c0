/** The daemon's public door. */
export { daemonBaseConfig } from './base-config.js'
export { commandLine } from './command-line.js'
export { DaemonError } from './daemon-error.js'
export { callDaemon, detach, type Daemon, type DaemonSettings, type DetachOptions } from './detach.js'
export { ServiceManager } from './notify.js'
export { holderOf, PidFile, type Holder } from './pid-file.js'
export { givenSockets, type GivenSocket } from '../net/given-sockets.js'
