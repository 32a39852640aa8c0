/** What an operator may set of a train. */
import { insert, type Settings } from '../../settings/index.js'

/** Configuration insert of every train. */
export const trainBaseConfig = insert({
  onError: {
    doc: 'What becomes of a datum that fails: divert it to the dead letters, drop it, stop, or retry it and then do as auto; auto diverts where there are dead letters and stops elsewhere.',
    format: ['auto', 'divert', 'drop', 'stop', 'retry'],
    default: 'auto',
  },
  retriesMax: { doc: 'For retry: how often a datum is tried again.', format: 'nat', min: 1, default: 5 },
  retryMs: {
    doc: 'For retry: after how long about it is tried again, twice as long each time.',
    format: 'duration',
    min: 1,
    default: '1s',
  },
  retryMaxMs: { doc: 'For retry: the longest time between two tries.', format: 'duration', min: 1, default: '1m' },
  inFlightMax: {
    doc: 'How many events may be held in the train before its supplies pause.',
    format: 'nat',
    min: 1,
    default: 10_000,
  },
  inFlightBytesMax: {
    doc: 'How many bytes of input may be held in the train before its supplies pause.',
    format: 'size',
    min: 1,
    default: '64MiB',
  },
  checkpointMs: {
    doc: 'How often a check-point is made while anything moves, where there are check-points (an app has them).',
    format: 'duration',
    min: 1,
    default: 100,
  },
  checkpointSync: {
    doc: "Whether an app's check-points are synced to the disk: with the outputs' own sync they survive a loss of power.",
    format: 'boolean',
    default: false,
  },
  barrierMs: {
    doc: 'How long supplies may be asked to wait, at most, so that a check-point can be made where data are held that can not be written as JSON; 0: never.',
    format: 'duration',
    default: '1s',
  },
  finishTimeoutMs: {
    doc: 'How long shutting down may take, and then the last check-point; what is still held stays unacknowledged.',
    format: 'duration',
    default: '30s',
  },
})

/** The settings of a train. */
export type TrainSettings = Settings<typeof trainBaseConfig>

/** The settings of a train that was given none. */
export const TRAIN_DEFAULTS: TrainSettings = {
  onError: 'auto',
  retriesMax: 5,
  retryMs: 1000,
  retryMaxMs: 60_000,
  inFlightMax: 10_000,
  inFlightBytesMax: 64 * 1024 * 1024,
  checkpointMs: 100,
  checkpointSync: false,
  barrierMs: 1000,
  finishTimeoutMs: 30_000,
}
