// node watcher.mjs FILE FROM: says each revision that it is told, from one on, until it is killed.
import { writeSync } from 'node:fs'
import { EmbeddedBackend } from '../../../dist/lib/kv/index.js'

const [, , file, from] = process.argv
const { engine } = new EmbeddedBackend({ file })
engine.watch({ key: '', end: '\0' }, Number(from), {
  changed: (_, revision) => writeSync(1, `${revision}\n`),
  gap: (revision) => writeSync(1, `gap ${revision}\n`),
  failed: (error) => writeSync(1, `failed ${error.message}\n`),
})
