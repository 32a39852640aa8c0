/** The test kit's public door. */
export { checkCog, type CheckCogOptions, type CogReport } from './check-cog.js'
export { CogCheckError } from './check/faults.js'
export type { MakeCog } from './check/stages.js'
export type { CheckWorld } from './check/world.js'
export { testTrain, TestSupply, type LogLine, type TestTrain } from './test-train.js'
export { ManualClock } from '../movement/loop/clock.js'
