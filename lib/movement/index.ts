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
