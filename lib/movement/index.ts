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
} from './cog/cog.js'
export { keepIf, one, ordered, unordered, type AsyncCog, type KeepCog, type OneCog } from './cog/shapes.js'
export { Supply, type LinesText, type TrainForSupplies } from './cog/supply.js'
export {
  MessageSupply,
  type ArrivedMessages,
  type MessageSetter,
  type MessageSetters,
  type MessageSource,
} from './cog/message-supply.js'
export { LinesDrain, type LineOutput, type LineOutputTarget } from './cog/lines-drain.js'
export { TALLY_DEFAULTS, Tally, tallyConfig, type TallyOptions, type TallyPeriod } from './cog/tally.js'
export { LinesSupply, type LineInput, type LineInputTarget, type LinesAgain } from './cog/lines-supply.js'
export { SendingDrain, type MessageSender } from './cog/sending-drain.js'
export { Drain, type Sink, type TrainForDrains } from './cog/drain.js'
export type { Hold, Ticket } from './life/ticket.js'
export type { TextHold, TextOutcome } from './life/text-hold.js'
export {
  idGetter,
  idSetter,
  itemGetter,
  itemSetter,
  setOwn,
  setterLike,
  shallowCopy,
  wholeGetter,
  wholeSetter,
  type Getter,
  type Path,
  type Setter,
} from './cog/access.js'
export type { Binding, EventLoop, InotifyEvent } from './loop/event-loop.js'
export { CogError, RecordError, SourceError, TrainError } from './errors.js'
export {
  ClosedError,
  ConfigError,
  DeadbeatError,
  codeOf,
  describeValue,
  requireAtLeast,
  requireFunction,
  requireOneOf,
  toError,
} from '../errors/index.js'
export { insert, type Insert, type Settings } from '../settings/index.js'
export { silentLogger, stderrLogger, type Logger } from './logger.js'
export { Train } from './train/train.js'
export type { FailurePolicy } from './train/policy.js'
export type { RunOptions, TrainOptions } from './train/train-options.js'
export { trainBaseConfig, type TrainSettings } from './train/train-config.js'
export { Upstream, type TakeLetter } from './train/upstream.js'
export type { Cut, CutEnds, CutOptions, CutStage } from './chain/cut-stage.js'
export { Line, type First, type Last, type Stage } from './chain/line.js'
export { formatDeadLetter, type DeadLetter, type Provenance } from './life/dead-letter.js'
export type { Account } from './life/ledger.js'
export type { Checkpoints } from './cut/record.js'
export { Escapement } from './loop/escapement.js'
export { DummyEscapement } from './loop/dummy-escapement.js'
export { nextCronMs, readCron, type CronPattern } from './loop/cron.js'
export { ManualClock, SystemClock, type Clock, type Disarm } from './loop/clock.js'
export { Timeline } from './loop/timeline.js'
