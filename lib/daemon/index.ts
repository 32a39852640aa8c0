/** The daemon's public door. */
export { daemonBaseConfig } from './base-config.js'
export { detach } from './detach.js'
