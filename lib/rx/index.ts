/** The RxJS face of the movement: event sources as observables, and a scheduler on the escapement's clock. */
export { cron$, fd$, inotify$, interval$, signal$ } from './sources.js'
export { escapementScheduler } from './scheduler.js'
