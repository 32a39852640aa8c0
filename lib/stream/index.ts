/** The door to NATS: streams that trains drain into and are supplied from. */
export { MAKING_DEFAULTS, NATS_DEFAULTS } from './config.js'
export { StreamDrain, streamDrainConfig, type StreamDrainOptions } from './stream-drain.js'
export { StreamSupply, streamSupplyConfig, type StreamOrigin, type StreamSupplyOptions } from './stream-supply.js'
export type { StreamMessage } from './puller.js'
