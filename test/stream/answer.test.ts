import { expect, test } from '@jest/globals'
import { answerOf } from '../../lib/stream/answer.js'

const read = (text: string, code = 0) =>
  answerOf(
    {
      data: Buffer.from(text),
      json: () => JSON.parse(text) as never,
      ...(code > 0 ? { headers: { code } as never } : {}),
    },
    'a.b',
  )

test('tells what is stored, and what was before', () => {
  for (const seq of [1, 10, 123])
    expect(read(`{"stream":"S","seq":${seq}}`)).toEqual({
      ...{ error: null, isForGood: false, isDuplicate: false, isOutOfOrder: false },
    })
  expect(read('{"stream":"S", "domain":"d", "seq":1}')).toMatchObject({ error: null, isDuplicate: false })
  expect(read('{"stream":"S","seq":1,"duplicate": true}')).toMatchObject({ error: null, isDuplicate: true })
})

test('tells refusals for now from those for good, wherever they stand in the answer', () => {
  const full = '"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}'
  for (const text of [`{${full},"stream":"S","seq":0}`, `{"stream":"S",${full}}`, `{"stream":"S",${full},"seq":0}`]) {
    const { error, isForGood } = read(text)
    expect([error?.message, isForGood]).toEqual(['maximum messages exceeded (10077)', false])
  }
  expect(read('{"error":{"err_code":10054,"description":"too large"},"stream":"S","seq":0}').isForGood).toBe(true)
  expect(read('', 503)).toMatchObject({ error: { code: 'ERR_NO_STREAM', message: 'no stream takes a.b' } })
})

test('an id that is taken is none of a message that is stored, as long as that has no place in the stream', () => {
  const { error, isForGood, isDuplicate } = read('{"stream":"S","seq":0,"duplicate": true}')
  expect([error?.message, isForGood, isDuplicate]).toEqual(['its id is taken, and it is not stored yet', false, false])
})

test('tells what is not stored for what it follows from what is refused for itself', () => {
  const behind = read(
    '{"error":{"code":400,"err_code":10070,"description":"wrong last msg ID: a"},"stream":"S","seq":0}',
  )
  expect([behind.isOutOfOrder, behind.isForGood, behind.error === null]).toEqual([true, false, false])
  expect(read('{"error":{"err_code":10077},"stream":"S","seq":0}').isOutOfOrder).toBe(false)
})

test('what can not be read is a refusal for now', () => {
  for (const text of ['', '{', 'null', '{"error":null}', '[1]x'])
    expect(read(text)).toMatchObject({ error: { code: 'ERR_REFUSED' }, isForGood: false })
})
