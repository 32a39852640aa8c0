/** The test kit's public door. */
export { testTrain, TestSupply, type LogLine, type TestTrain } from './test-train.js'
export { ManualClock } from '../movement/loop/clock.js'
