/** Apps: where configuration, log and movement meet. */
export { app, appBaseConfig, isApp, type App, type AppDefinition, type AppSettings, type Host } from './app.js'
export { checkpointsBaseConfig, kvBaseConfig } from './checkpoints/base-config.js'
export { CheckpointFile, type CheckpointFileOptions } from '../files/checkpoint-file.js'
export { EXIT, exitCodeOf } from './exit-codes.js'
export { makeRuntimeDirectory, runtimeDirectory, type RuntimeDirectoryOptions } from '../files/runtime-directory.js'
export { runProgram } from './run-program.js'
export { stateDirectory, type StateDirectoryOptions } from '../files/state-directory.js'
