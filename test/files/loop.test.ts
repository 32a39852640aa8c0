import { expect, test } from '@jest/globals'
import type { FileLog, FileLoop } from '../../lib/files/loop.js'
import { DummyEscapement } from '../../lib/movement/loop/dummy-escapement.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { silentLogger } from '../../lib/movement/logger.js'

test('is met by the escapement, by its dummy and by every logger', () => {
  const esc = new Escapement()
  const loops: FileLoop[] = [esc, new DummyEscapement(esc)]
  const log: FileLog = silentLogger
  expect(loops.map((loop) => typeof loop.inotify)).toEqual(['boolean', 'boolean'])
  expect(typeof log.warn).toBe('function')
  esc.close()
})
