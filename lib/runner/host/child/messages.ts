/** What running code finds in `_info` (specification A11). Code may derive from ChangeMsg, MQTTmsg and TimerMsg. */
import type { Json } from '../../../kv/index.js'
import type { Path } from '../../path.js'
import type { Timer } from './timer.js'

/** What every message has. */
export class ActorState {
  readonly msg: unknown

  constructor(msg: unknown = null) {
    this.msg = msg
  }
}

/** There are at least as many nodes in the group as it is to have. */
export class CompleteState extends ActorState {}
/** There are others, but too few. */
export class PartialState extends ActorState {}
/** There is no other node. */
export class DetachedState extends ActorState {}
/** The node has lost the database. */
export class BrokenState extends ActorState {}

/** What happens to the code itself, and to what it asked for. */
export class RunnerMsg extends ActorState {}

/** All watches that were begun have told what was there: `msg` is how many. */
export class ReadyMsg extends RunnerMsg {
  declare readonly msg: number
}

/** The node lets go of its jobs: this one is asked to end, by the next message and its signal, and goes on elsewhere. */
export class DrainMsg extends RunnerMsg {}

/** A timer has run out. */
export class TimerMsg extends RunnerMsg {
  declare readonly msg: Timer
}

/** An entry has changed. One that was deleted has no property `value`. */
export class ChangeMsg extends RunnerMsg {
  readonly path: Path
  declare readonly value?: Json

  constructor(msg: unknown, path: Path) {
    super(msg)
    this.path = path
  }
}

/** A message on a topic that is monitored; without `value`, if it is no JSON or was asked for raw. */
export class MQTTmsg extends RunnerMsg {
  readonly path: Path
  declare readonly value?: Json

  constructor(msg: unknown, path: Path) {
    super(msg)
    this.path = path
  }
}

/** What `_self.error` throws: the error is on record, and nobody records it again. */
export class ErrorRecorded extends Error {
  override readonly name = 'ErrorRecorded'
}

/** What `get` answers, and what a message has as its value, where there is none. */
const NotGiven = undefined

/** What is the same for everybody who reads `_info`. */
export const CLASSES = Object.freeze({
  ...{ ActorState, CompleteState, PartialState, DetachedState, BrokenState },
  ...{ RunnerMsg, ReadyMsg, DrainMsg, TimerMsg, ChangeMsg, MQTTmsg, ErrorRecorded, NotGiven },
})
