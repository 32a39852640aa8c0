import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger } from '../../lib/movement/logger.js'
import { ManualClock } from '../../lib/movement/loop/clock.js'
import { openAudit } from '../../lib/rights/index.js'
import { temporary } from '../support/temporary.js'

const LINE = { audit: true, who: 'uid 7', from: 'pid 9', op: 'set', path: 'a.b', outcome: 'done' } as const

test('lines are in the file that is named, else in the log', () => {
  const logged: unknown[] = []
  const log = { ...silentLogger, info: (line: object | string) => logged.push(line) }
  const around = { clock: new ManualClock(), log: log as typeof silentLogger }
  const path = join(temporary(), 'audit.jsonl')
  for (const file of [null, path]) {
    const { write, close } = openAudit(file, around)
    write(LINE)
    close()
  }
  expect(logged).toEqual([LINE])
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ timeMs: 0, ...LINE })
  expect(() => openAudit(join(path, 'no'), around)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_FILE' }))
})
