import { DeadbeatError } from '../../lib/errors/index.js'
import { lineLogger } from '../../lib/movement/logger.js'
import { audited, auditIn, type AuditLine } from '../../lib/rights/audit.js'
import { anonymous } from '../../lib/rights/principal.js'
import { ForbiddenError } from '../../lib/rights/rights.js'

const PUBLIC = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
const principal = { kind: 'key', id: PUBLIC, name: 'anna' } as const
const about = { principal, from: 'connection 7', right: 'set', path: 'heater.setpoint' } as const

function start() {
  const lines: AuditLine[] = []
  return { lines, write: (line: AuditLine) => void lines.push(line) }
}

test('a line says who, from where, what, from which value to which', async () => {
  const { lines, write } = start()
  const act = () => Promise.resolve(20.5)
  expect(await audited(write, { ...about, before: 19, asked: '20.5' }, act, (accepted) => accepted)).toBe(20.5)
  const known = { who: 'key anna', key: PUBLIC, from: 'connection 7', op: 'set', path: 'heater.setpoint' }
  expect(lines).toEqual([{ audit: true, ...known, before: 19, asked: '20.5', outcome: 'done', after: 20.5 }])
})

test('what was refused and what failed is written, too, and thrown on', async () => {
  const { lines, write } = start()
  const failing = (error: Error) => audited(write, about, () => Promise.reject(error))
  await expect(failing(new ForbiddenError(principal, 'set', 'heater.setpoint'))).rejects.toThrow('may not set')
  await expect(failing(new DeadbeatError('ERR_HOT', 'too hot'))).rejects.toThrow('too hot')
  await expect(failing(new TypeError('no number'))).rejects.toThrow('no number')
  expect(lines.map(({ outcome, code, error }) => [outcome, code, error])).toEqual([
    ['refused', 'ERR_FORBIDDEN', expect.stringContaining('key anna may not set') as string],
    ['failed', 'ERR_HOT', 'too hot'],
    ['failed', 'TypeError', 'no number'],
  ])
})

test('values are short and plain, whatever was sent', async () => {
  const { lines, write } = start()
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const values = ['x'.repeat(1_000), NaN, cyclic, [1, 2], undefined, 7n, { ['__proto__']: 1 }]
  for (const asked of values) await audited(write, { ...about, asked }, () => null)
  const told = lines.map(({ asked }) => asked)
  expect(told).toEqual([
    `${'x'.repeat(200)}… (1000 characters)`,
    'NaN',
    '[object Object]',
    '[1,2]',
    null,
    '7n',
    '{"__proto__":1}',
  ])
  expect(() => JSON.stringify(lines)).not.toThrow()
})

test('a log has the lines with audit: true, and no name steers it', async () => {
  const said: string[] = []
  const log = { ...lineLogger({}, (line) => said.push(line)) }
  log.info = log.warn
  await audited(auditIn(log), { ...about, path: 'a.b\nWARN forged' }, () => null)
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(/^WARN key anna: set "a\.b\\nWARN forged", done audit=true .*outcome=done\n$/)
})

test('however long a path a stranger asks for, the line is short', async () => {
  const lines: AuditLine[] = []
  const about = { principal: anonymous, from: 'x', right: 'call', path: 'lamp.'.padEnd(100_000, 'x') } as const
  await audited(
    (line) => lines.push(line),
    about,
    () => null,
  )
  expect(lines[0]?.path).toMatch(/^lamp\.x{995}… \(100000 characters\)$/)
})

test('a value afterwards that can not be found out undoes nothing', async () => {
  const lines: AuditLine[] = []
  const about = { principal: anonymous, from: 'x', right: 'set', path: 'lamp.level' } as const
  const after = (): never => {
    throw new Error('unplugged')
  }
  expect(
    await audited(
      (line) => lines.push(line),
      about,
      () => 5,
      after,
    ),
  ).toBe(5)
  expect(lines).toMatchObject([{ outcome: 'done' }])
})
