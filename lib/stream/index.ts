/** The door to NATS: streams that trains drain into and are supplied from. */
export { MAKING_DEFAULTS, NATS_DEFAULTS } from './config.js'
export {
  SENDING_DEFAULTS,
  StreamDrain,
  streamDrainConfig,
  type StreamDrainOptions,
  type StreamDrainProgress,
} from './stream-drain.js'
export { StreamSupply, type StreamOrigin, type StreamSupplyProgress } from './stream-supply.js'
export { streamSupplyConfig, type StreamSupplyOptions } from './stream-supply-config.js'
export type { StreamMessage } from './puller.js'
