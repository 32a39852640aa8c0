/** The movement's public door. */
export {
  Cog,
  Keeper,
  Mapper,
  Modifier,
  type Bundle,
  type Json,
  type Lifecycle,
  type TrainForCogs,
  type Turn,
  type Winder,
} from './cog.js'
export { keepIf, one, ordered, unordered, type AsyncCog, type KeepCog, type OneCog } from './shapes.js'
export { Supply, type TrainForSupplies } from './supply.js'
export { Drain, type Sink, type TrainForDrains } from './drain.js'
export type { Hold, Ticket } from './ticket.js'
export {
  idGetter,
  idSetter,
  itemGetter,
  itemSetter,
  setOwn,
  shallowCopy,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Path,
  type Setter,
} from './access.js'
export type { Binding, EventLoop, InotifyEvent } from './event-loop.js'
export { CogError, SourceError, TrainError } from './errors.js'
export {
  ClosedError,
  ConfigError,
  DeadbeatError,
  codeOf,
  describeValue,
  requireAtLeast,
  requireFunction,
  toError,
} from '../errors/index.js'
export { insert, type Insert, type Settings } from '../settings/index.js'
export { silentLogger, stderrLogger, type Logger } from './logger.js'
export { Train, type RunOptions, type TrainOptions } from './train.js'
export { trainBaseConfig, type TrainSettings } from './train-config.js'
export { Line, type First, type Last, type Stage } from './line.js'
export { formatDeadLetter, type DeadLetter } from './dead-letter.js'
export type { Account } from './ledger.js'
export { Escapement } from './escapement.js'
export { DummyEscapement } from './dummy-escapement.js'
export { ManualClock, SystemClock, type Clock } from './clock.js'
export { Timeline } from './timeline.js'
