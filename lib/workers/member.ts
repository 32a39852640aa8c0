/** A worker of a crew, and what it has. */
import type { Worker } from 'node:worker_threads'
import type { Job, Parcel } from './job.js'
import type { ToWorker } from './messages.js'

/** Call back later; answers how to call that off. */
export type After = (ms: number, then: () => void) => () => void

/** A worker, and what it has. */
export class Member<Owner> {
  readonly worker: Worker
  readonly jobs = new Map<number, { readonly job: Job<Owner>; readonly parcel: Parcel<Owner> }>()
  isReady = false
  isEnding = false
  /** How many parcels it has. */
  parcels = 0
  hasSuspect = false
  error: Error | null = null
  #callOff: (() => void) | null = null

  constructor(worker: Worker) {
    this.worker = worker
  }

  /** @throws If something of it can't be cloned: then nothing was sent. */
  post(message: ToWorker): void {
    this.worker.postMessage(message)
    this.worker.ref()
  }

  /** End it if it gives no answer for so long. Where that is under way already, it goes on. */
  watch(after: After, ms: number): void {
    this.#callOff ??= after(ms, () => {
      this.#callOff = null
      this.error = new Error(`it gave no answer within ${ms} ms`)
      void this.worker.terminate()
    })
  }

  /** It has answered, or ended. */
  unwatch(): void {
    this.#callOff?.()
    this.#callOff = null
  }

  /** There is no more to come for it. */
  dismiss(): void {
    this.isEnding = true
    this.post({ end: true })
  }

  /** An idle worker doesn't keep the process alive. */
  rest(): void {
    if (this.jobs.size === 0 && !this.isEnding) this.worker.unref()
  }
}
