import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { Claim } from '../../lib/stream/claim.js'
import type { Link } from '../../lib/stream/session.js'
import { turn } from '../support/supplied.js'

const LEASE_MS = 300

/** What a server does with claims: it stores one where the last is the expected one, and forgets it after its age. */
class Claims {
  readonly clock = new ManualClock()
  last: { seq: number; text: string; atMs: number } | null = null
  /** Whether it stores what it is asked to, and its answer is lost. */
  isDeaf = false
  refusal: object | null = null
  #seq = 0

  get owner(): string | null {
    if (this.last !== null && this.clock.now() >= this.last.atMs + LEASE_MS) this.last = null
    return this.last?.text.split(' ')[0] ?? null
  }

  link(): Link {
    const request = async (_: string, text: string, { headers }: { headers: Map<string, string> }) => {
      await turn()
      if (this.refusal !== null) return { json: () => ({ error: this.refusal }) }
      const expected = Number(headers.get('Nats-Expected-Last-Subject-Sequence'))
      if (expected !== (this.owner === null ? 0 : this.last?.seq))
        return { json: () => ({ error: { err_code: 10071 } }) }
      this.last = { seq: ++this.#seq, text, atMs: this.clock.now() }
      if (this.isDeaf) throw new Error('timeout')
      const { seq } = this.last
      return { json: () => ({ seq }) }
    }
    const streams = {
      info: () => Promise.resolve({ config: { max_age: LEASE_MS * 1e6 } }),
      getMessage: () => {
        const last = this.owner === null ? null : this.last
        return Promise.resolve(last === null ? null : { seq: last.seq, string: () => last.text })
      },
      deleteMessage: (_: string, seq: number) => {
        if (this.last?.seq === seq) this.last = null
        return Promise.resolve(true)
      },
    }
    return { nc: { request }, manager: { streams }, transport: { headers: () => new Map() } } as unknown as Link
  }

  claimant(who: string) {
    const told: string[] = []
    const log = (_: object, message: string) => told.push(message)
    const options = {
      ...{ stream: 'O', subjects: 'o.*', subject: 'o.1', about: 'partition 1', leaseMs: LEASE_MS, requestMs: 50, who },
      ...({ storage: 'file', replicas: 1 } as const),
    }
    const events: string[] = []
    const esc = new Escapement({ clock: this.clock })
    const claim = new Claim(esc, { debug: log, info: log, warn: log, error: log }, options, {
      gained: () => Promise.resolve(void events.push('gained')),
      lost: () => events.push('lost'),
      broken: ({ message }) => events.push(message),
    })
    return { claim, events, told }
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      this.clock.advance(50)
      for (let i = 0; i < 5; i++) await turn()
    }
  }
}

test('one has it for as long as it is renewed, and the other waits', async () => {
  const claims = new Claims()
  const [first, second] = [claims.claimant('first'), claims.claimant('second')]
  await first.claim.connected(claims.link())
  await second.claim.connected(claims.link())
  await claims.pass(10 * LEASE_MS)
  expect([first.events, second.events, claims.owner]).toEqual([['gained'], [], 'first'])
  expect(first.told).toEqual(['partition 1 is worked on here'])
  expect(second.told).toHaveLength(1)
  expect(second.told[0]).toMatch(/^partition 1 is worked on by first .*; this node waits until it is free$/)
  expect(second.claim.owner).toMatch(/^first /)
})

test('who lets it go leaves it to the other at once', async () => {
  const claims = new Claims()
  const [first, second] = [claims.claimant('first'), claims.claimant('second')]
  await first.claim.connected(claims.link())
  await second.claim.connected(claims.link())
  await first.claim.release()
  expect([claims.owner, first.claim.isMine]).toEqual([null, false])
  await claims.pass(LEASE_MS / 3)
  expect([first.events, second.events]).toEqual([['gained'], ['gained']])
})

test('who was away for too long has lost it before the other has it', async () => {
  const claims = new Claims()
  const [first, second] = [claims.claimant('first'), claims.claimant('second')]
  await first.claim.connected(claims.link())
  await second.claim.connected(claims.link())
  first.claim.disconnected()
  await claims.pass(LEASE_MS - 50)
  expect([first.events, second.events]).toEqual([['gained'], []])
  await claims.pass(LEASE_MS)
  expect([first.events, second.events]).toEqual([['gained', 'lost'], ['gained']])
  expect(first.told[1]).toBe("partition 1 may be worked on elsewhere: this node's claim was not renewed in time")
  await first.claim.connected(claims.link())
  await claims.pass(LEASE_MS)
  expect([first.events, claims.owner]).toEqual([['gained', 'lost'], 'second'])
})

test('over the next connection it is gained again, without having been lost', async () => {
  const claims = new Claims()
  const { claim, events } = claims.claimant('first')
  await claim.connected(claims.link())
  claim.disconnected()
  await claims.pass(LEASE_MS / 3)
  await claim.connected(claims.link())
  expect(events).toEqual(['gained', 'gained'])
  await claims.pass(10 * LEASE_MS)
  expect(events).toEqual(['gained', 'gained'])
})

test('a claim whose answer was lost is known again', async () => {
  const claims = new Claims()
  const { claim, events } = claims.claimant('first')
  claims.isDeaf = true
  await expect(claim.connected(claims.link())).rejects.toThrow('timeout')
  claims.isDeaf = false
  await claim.connected(claims.link())
  expect([events, claim.isMine]).toEqual([['gained'], true])
})

test('a refusal of another kind breaks the connection, and what is released is not claimed again', async () => {
  const claims = new Claims()
  const { claim, events } = claims.claimant('first')
  await claim.connected(claims.link())
  claims.refusal = { err_code: 10023, description: 'insufficient resources' }
  await claims.pass(LEASE_MS / 3)
  expect(events).toEqual(['gained', 'insufficient resources (10023)'])
  claims.refusal = null
  const released = claim.release()
  await claims.pass(LEASE_MS)
  await released
  expect([claims.owner, events.length]).toEqual([null, 2])
})

test('taken away by hand, it is lost', async () => {
  const claims = new Claims()
  const { claim, events } = claims.claimant('first')
  await claim.connected(claims.link())
  claims.last = { seq: 99, text: 'other x', atMs: claims.clock.now() }
  await claims.pass(LEASE_MS / 3)
  expect(events).toEqual(['gained', 'lost'])
})
