import { callFor, answerWith, readAnswer, wordingOfCall } from '../../../lib/wire/discovery/words.js'

test('the words are those of mKTL', () => {
  expect(callFor().toString()).toBe('Aloha mKTL')
  expect(answerWith(10_079).toString()).toBe('E komo mai:10079')
  expect(callFor('old').toString()).toBe('I heard it')
  expect(answerWith(10_079, 'old').toString()).toBe('on the X:10079')
})

test.each([
  [' Aloha mKTL\r\n', 'new'],
  ['I heard it', 'old'],
  ['ALOHA MKTL', null],
  ['', null],
  ['Aloha mKTL!', null],
  [`${' '.repeat(5000)}Aloha mKTL`, null],
])('%j calls in %s words', (text, wording) => {
  expect(wordingOfCall(Buffer.from(text))).toBe(wording)
})

test.each([
  ['E komo mai:10079', { port: 10_079, wording: 'new' }],
  ['on the X: 7 ', { port: 7, wording: 'old' }],
  ['E komo mai:', null],
  ['E komo mai:0', null],
  ['E komo mai:65536', null],
  ['E komo mai:1e3', null],
  ['E komo mai:-5', null],
  ['E komo mai:99999999999999999999', null],
  ['Aloha mKTL', null],
])('%j answers %j', (text, answer) => {
  expect(readAnswer(Buffer.from(text))).toEqual(answer)
})
