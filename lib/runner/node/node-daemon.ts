/** A node as a daemon of items: anybody with rights sees what it runs, and lets it drain or stop. */
import { ItemDaemon, type Exposed } from '../../items/index.js'
import { describeJob } from '../job/job-id.js'
import type { Node } from './node.js'

/** What runs on a node, as it tells it. */
export interface RunningJob {
  readonly job: string
  readonly attempt: number
  readonly pid: number | null
  /** UNIX seconds. */
  readonly started: number
}

/** The daemon of a node: its store is called `node-NAME`. It lives as long as the node, and the node as long as it. */
export class NodeDaemon extends ItemDaemon {
  static readonly exposed = {
    running: { doc: 'How many jobs run here.', type: 'numeric' },
    capacity: { doc: 'How many may run at once.', type: 'numeric' },
    load: { doc: 'Which part of that is used.', type: 'numeric' },
    draining: { doc: 'Whether it takes no more jobs.', type: 'boolean' },
    hold: { doc: 'How far it can rely on its lease: sure, shaky, or over.', type: 'string' },
    jobs: { doc: 'What runs here: job, attempt, process, and since when.' },
    drain: {
      doc: 'Take no more jobs, and let those that run go on elsewhere; or, with false, take jobs again.',
      params: ['on'],
    },
  } satisfies Exposed<NodeDaemon>
  readonly #node: Node

  constructor(node: Node) {
    super(storeOf(node.name))
    this.#node = node
  }

  get running(): number {
    return this.#node.slots.taken
  }

  get capacity(): number {
    return this.#node.slots.capacity
  }

  get load(): number {
    return this.running / this.capacity
  }

  get draining(): boolean {
    return this.#node.isDraining
  }

  get hold(): string {
    return this.#node.hold
  }

  jobs(): RunningJob[] {
    return this.#node.attempts.map(({ id, attempt, pid, started }) => ({ job: describeJob(id), attempt, pid, started }))
  }

  async drain(on = true): Promise<void> {
    await this.#node.drain(on)
  }

  /** The node joins its groups before anybody is told of it. */
  override async setupFinal(): Promise<void> {
    await this.#node.open()
  }

  /** Ends with what keeps the node from going on: so does the daemon. */
  override async run(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#node.failed.then(reject, reject)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  override async cleanup(): Promise<void> {
    await this.#node.close()
  }
}

/**
 * The store of a node, by which it is asked.
 *
 * @example
 * assert.equal(storeOf('n1.lab.example'), 'node-n1-lab-example')
 */
export function storeOf(node: string): string {
  return `node-${node.toLowerCase().replace(/[^a-z0-9_@+-]/g, '-')}`
}
