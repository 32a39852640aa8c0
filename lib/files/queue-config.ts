/** What an operator may set of a queue on disk. */

/** Configuration insert: how a queue is kept. */
export const queueConfig = {
  directory: { doc: 'Where the queue is kept: a directory of its own, for one run at a time.', format: 'path' },
  maxBytes: { doc: 'From which size on the queue is full.', format: 'size', default: 1_073_741_824 },
  whenFull: {
    doc: 'When it is full: pause (what stands before it waits), dropOldest, or divert (what comes fails).',
    format: ['pause', 'dropOldest', 'divert'],
    default: 'pause',
  },
  segmentBytes: {
    doc: 'How large its files become, at most an eighth of maxBytes. Room comes, and is made, by whole files.',
    format: 'size',
    default: 16_777_216,
  },
  sync: {
    doc: 'When data are synced to the disk, and only then acknowledged: none, batch (each write) or interval.',
    format: ['none', 'batch', 'interval'],
    default: 'none',
  },
  syncMs: { doc: 'For sync interval: after how long a write is synced.', format: 'duration', default: 1000 },
  cursorMs: { doc: 'How often it is noted how far everything is over, at most.', format: 'duration', default: 100 },
  bufferMax: { doc: 'With how many bytes not written what stands before waits.', format: 'size', default: 1_048_576 },
  retryMs: {
    doc: 'After how long a failed write is tried again, longer each time.',
    format: 'duration',
    default: 1000,
  },
  retriesMax: { doc: 'How often a failed write is tried again before the train stops.', format: 'nat', default: 120 },
} as const

/** The defaults of `queueConfig`. */
export const QUEUE_DEFAULTS = {
  maxBytes: queueConfig.maxBytes.default,
  whenFull: queueConfig.whenFull.default,
  segmentBytes: queueConfig.segmentBytes.default,
  sync: queueConfig.sync.default,
  syncMs: queueConfig.syncMs.default,
  cursorMs: queueConfig.cursorMs.default,
  bufferMax: queueConfig.bufferMax.default,
  retryMs: queueConfig.retryMs.default,
  retriesMax: queueConfig.retriesMax.default,
}
