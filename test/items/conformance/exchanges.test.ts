// What a daemon in Python was seen to answer to 50 requests, one after the other, and what ours answers.
// Times, hashes and the texts of errors are its own; where ours answers something else, it is said here, and why.
import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { ITEMS, startUnittest } from './unittest-daemon.js'
import { RawClient, type RawReply } from '../../support/raw-client.js'

type Frame = string | { readonly hex: string }

interface Exchange {
  readonly name: string
  readonly sent: readonly Frame[]
  readonly answers: readonly (readonly Frame[])[]
}

const FLAGS = 4
const exchanges = JSON.parse(
  readFileSync(new URL('../../fixtures/exchanges.json', import.meta.url), 'utf8'),
) as readonly Exchange[]

const refused = (type: string) => [{ type: 'ACK' }, { type: 'REP', payload: { error: { type } } }]
const malformed = [{ type: 'REP', payload: { error: { type: 'ValueError' } } }]
const set = (accepted: unknown) => [{ type: 'ACK' }, { type: 'REP', payload: { value: true, accepted } }]
const got = (value: unknown) => [{ type: 'ACK' }, { type: 'REP', payload: { value, time: expect.any(Number) } }]

/** Where ours answers something else. */
const OURS: Readonly<Record<string, readonly object[]>> = {
  // What was asked for is set as another value: ours says which.
  'SET number string value': set(45),
  'SET bool 1': set(true),
  // For how long it runs.
  'GET refresh': got(expect.any(Number)),
  // People write any case.
  'GET upper case': got(45),
  'GET mixed key case': got(45),
  // A registry that starts asks for it by this name.
  'catalog typo used by mkregistryd': [{ type: 'ACK' }, { type: 'REP', payload: { value: expect.any(Object) } }],
  // Who wants no answer gets none, also of a failure.
  'SET failing with NO_REP': [],
  // What says who it is from is answered, and not left to run out of time.
  // One who asks for HASH is one of version 0.8 and before, and is answered as such.
  'bad type': [{ type: 'ACK' }, { type: 'REP' }],
  '5 parts': malformed,
  'bad json': malformed,
  'json not an object': malformed,
  'no payload SET': refused('ValueError'),
  'SET missing value': refused('ValueError'),
  // A refused value is a ValueError, whichever rule refuses it.
  'SET null': refused('ValueError'),
  'SET NaN': refused('ValueError'),
  'SET bool 2': refused('ValueError'),
  // So it stays what it was.
  'GET NaN': got(47),
  // Labels are values, too.
  'SET bool "False"': set(false),
  // Bulk is refreshed and compared as all else.
  'GET bulk refresh': [{ type: 'ACK' }, { type: 'REP', bulk: '010002000300040005000600' }],
  'GET bulk (stale?)': [{ type: 'ACK' }, { type: 'REP', bulk: '030003000300050007000700' }],
  'SET bulk float': [{ type: 'ACK' }, { type: 'REP', payload: { value: true } }],
}

const bytesOf = (frame: Frame, k: number): Buffer =>
  typeof frame === 'string' ? Buffer.from(frame, k === FLAGS ? 'hex' : 'utf8') : Buffer.from(frame.hex, 'hex')

/** What counts of an answer: not its time, nor the words of an error. */
function shown({ id, type, target, payload, bulk }: RawReply): object {
  const { time, error, ...rest } = payload as { time?: unknown; error?: { type: string } }
  return {
    ...{ id, type, target },
    payload: {
      ...rest,
      ...(time === undefined ? {} : { time: expect.any(Number) as unknown }),
      ...(error === undefined ? {} : { error: { type: error.type } }),
    },
    bulk: bulk === null ? null : bulk.toString('hex'),
  }
}

function replyOf(frames: readonly Frame[]): RawReply {
  const [, id, type, target, , payload] = frames as readonly string[]
  const bulk = frames[6] as { hex: string } | undefined
  return {
    frames: [],
    ...{ id: id ?? '', type: type ?? '', target: target ?? '' },
    // What was left out of the capture is a catalog.
    payload: (payload === '' ? {} : JSON.parse(payload ?? '')) as object as RawReply['payload'],
    bulk: bulk === undefined ? null : Buffer.from(bulk.hex, 'hex'),
  }
}

test('each exchange goes as it was seen to go, or as we say', async () => {
  const { rep } = await startUnittest({ items: { ...ITEMS, number: { type: 'numeric', initial: 43 } } })
  let answered = 0
  for (const { name, sent, answers } of exchanges) {
    const wanted = OURS[name] ?? answers.map((frames) => shown(replyOf(frames)))
    const client = new RawClient(rep)
    await client.send(...sent.map(bytesOf))
    const got: object[] = []
    while (got.length < wanted.length) got.push(shown(await client.next()))
    // Nothing more comes: the next answer is of the next request.
    await client.send('a', 'end', 'GET', 'unittest.readonly', Buffer.of(1), '')
    expect({ name, next: (await client.next()).id }).toEqual({ name, next: 'end' })
    const isCatalog = name.startsWith('catalog') || name.startsWith('hash')
    if (isCatalog && !name.includes('unknown')) {
      expect({ name, got }).toMatchObject({
        name,
        got: [{ type: 'ACK' }, { type: 'REP', payload: { value: expect.any(Object) } }],
      })
    } else if (name in OURS) expect({ name, got }).toMatchObject({ name, got: wanted })
    else expect({ name, got }).toEqual({ name, got: wanted })
    answered += got.length
  }
  expect(answered).toBeGreaterThan(80)
})

test('what is said of ours is of exchanges that there are', () => {
  const names = exchanges.map(({ name }) => name)
  expect(Object.keys(OURS).filter((name) => !names.includes(name))).toEqual([])
})
