import { copyFileSync } from 'node:fs'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { newPath } from './kit.js'

const open = (file: string) =>
  new EmbeddedEngine({ file, clock: new ManualClock(), revisionsMax: 100, pollMs: 50, busyMs: 5000 })

it('a file keeps its number, whoever asks for it, and so does a copy', async () => {
  const [file, copy] = [newPath(), newPath()]
  const first = open(file)
  const [id, again] = await Promise.all([first.storeId(), first.storeId()])
  await first.close()
  copyFileSync(file, copy)
  const engines = [open(file), open(copy), open(newPath())]
  const [later, copied, other] = await Promise.all(engines.map((engine) => engine.storeId()))
  for (const engine of engines) await engine.close()
  expect([again, later, copied]).toEqual([id, id, id])
  expect(other).not.toBe(id)
})
