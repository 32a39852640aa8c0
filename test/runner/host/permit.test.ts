import { Duplex } from 'node:stream'
import { ManualClock } from '../../../lib/movement/index.js'
import { Permit } from '../../../lib/runner/host/permit.js'

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

function start({ isAsked = true } = {}) {
  const clock = new ManualClock({ nowMs: 5000 })
  const written: string[] = []
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      written.push(chunk.toString())
      done()
    },
  })
  let stops = 0
  const permit = new Permit(socket, clock, isAsked ? () => (stops += 1) : null)
  /** See what `act` writes: for how long an app may go on, and live, by the clock of the machine. */
  const expectGranted = (act: () => void, grants: readonly [stopMs: number, killMs: number][]): void => {
    const before = nowMs()
    act()
    const spentMs = nowMs() - before
    const lines = written.splice(0)
    expect(lines).toHaveLength(grants.length)
    for (const [i, line] of lines.entries()) {
      expect(line).toMatch(/^\d+ \d+\n$/)
      for (const [k, ms] of line.split(' ').map(Number).entries()) {
        const expected = before + (grants[i]?.[k] ?? NaN)
        expect(ms).toBeGreaterThanOrEqual(Math.floor(expected))
        expect(ms).toBeLessThanOrEqual(expected + spentMs)
      }
    }
  }
  return { clock, socket, permit, expectGranted, stops: () => stops }
}

test('an app may go on for three seconds without a word, and live as long as its hold lasts', () => {
  const { clock, permit, expectGranted } = start()
  expectGranted(() => permit.grant(8000), [[3000, 8000]])
  expectGranted(() => clock.advance(999), [])
  expectGranted(() => clock.advance(1), [[3000, 7000]])
  expectGranted(() => clock.advance(1000), [[3000, 6000]])
  expectGranted(() => permit.grant(2000), [[2000, 2000]])
  // Nobody confirms it any more: it is over when it was to be.
  expectGranted(
    () => clock.advance(3000),
    [
      [1000, 1000],
      [0, 0],
      [-1000, -1000],
    ],
  )
  permit.close()
})

test('a hold that is over lets it live no longer', () => {
  const { permit, expectGranted } = start()
  expectGranted(() => permit.grant(0), [[0, 0]])
  permit.close()
})

test('what is not asked to end lives as long as its hold, and is told of each grant once', () => {
  const { clock, permit, expectGranted } = start({ isAsked: false })
  expectGranted(() => permit.grant(8000), [[8000, 8000]])
  expectGranted(() => clock.advance(7000), [])
  expectGranted(() => permit.grant(5000), [[5000, 5000]])
  permit.close()
})

test('its word that it ends is heard once, and nothing is renewed when it has ended', () => {
  const { clock, permit, socket, expectGranted, stops } = start()
  expectGranted(() => permit.grant(8000), [[3000, 8000]])
  socket.emit('data', Buffer.from('stops\n'))
  socket.emit('data', Buffer.from('stops\n'))
  expect(stops()).toBe(1)
  permit.close()
  permit.close()
  expectGranted(() => clock.advance(10_000), [])
  socket.emit('error', new Error('EPIPE'))
})

test('it is remembered that it was over, whatever is granted later', () => {
  const { clock, permit } = start()
  permit.grant(2000)
  clock.advance(1999)
  permit.grant(500)
  expect(permit.hasLapsed).toBe(false)
  clock.advance(500)
  permit.grant(60_000)
  expect(permit.hasLapsed).toBe(true)
  permit.close()
})
