/** Configuration: `gather` and what goes with it. */
export { insert, type Entry, type Format, type FormatValues, type Insert, type Settings } from '../settings/index.js'
export { ConfigError } from '../errors/index.js'
export { configEndings, readConfigFile } from './file.js'
export { readDuration, readSize } from './formats.js'
export { gather, type GatherOptions } from './gather.js'
export { helpText } from './help.js'
export { describeSchema, type SchemaRow } from './schema.js'
export { suggest } from './suggest.js'
