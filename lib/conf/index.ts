/** Configuration: `gather` and what goes with it. */
export {
  insert,
  type Endpoint,
  type Entry,
  type Format,
  type FormatValues,
  type Insert,
  type Settings,
} from '../settings/index.js'
export { ConfigError } from '../errors/index.js'
export { changedPaths, gatherAgain, type Regathered } from './changes.js'
export { configEndings, readConfigFile, type ConfigFile } from './file.js'
export { formatRules, type FormatRule, type JsonSchema } from './formats.js'
export { gather, gatherWithOrigins, type Gathered, type GatherOptions } from './gather.js'
export { helpText } from './help.js'
export { jsonSchema } from './json-schema.js'
export { duration as readDuration, size as readSize } from './readers.js'
export { describeSchema, requiringNothing, type SchemaRow } from './schema.js'
export { type Origin } from './settle.js'
export { strangersIn, type Stranger } from './strangers.js'
export { suggest } from './suggest.js'
export { takeFlag } from './take-flag.js'
