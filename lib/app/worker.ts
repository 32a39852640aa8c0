/** Where a worker thread begins: it loads the module of its stretch as an app would be loaded, TypeScript too. */
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerData } from '../workers/messages.js'
import { runStretch, type Port } from '../workers/stretch.js'
import { installHooks, needsHooks } from './typescript/install.js'

const data = workerData as WorkerData
if (needsHooks(fileURLToPath(data.module))) await installHooks()
await runStretch(parentPort as Port, data)
