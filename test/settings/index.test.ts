import { expect, test } from '@jest/globals'
import { readAt, writeAt, insert, type Settings } from '../../lib/settings/index.js'

const exact = insert({
  keysMax: { doc: 'How many.', format: 'nat', default: 60_000 },
  path: { doc: 'Where to.', format: 'path', default: null },
  colour: { doc: 'Which.', format: ['red', 'green'], default: 'red' },
  tail: { doc: 'Whether.', default: true },
  filenames: { doc: 'What.', format: 'paths' },
  retry: { afterMs: { doc: 'When.', format: 'duration', default: '5s' } },
})
const plain = { windowMs: { doc: 'How long.', format: 'nat', default: 60_000 } }

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

test('an insert keeps its description as it was written', () => {
  expect(exact.path).toEqual({ doc: 'Where to.', format: 'path', default: null })
})

test('the compiler knows each setting by its format, and null where null is the default', () => {
  type Got = Settings<typeof exact>
  const answers: [
    Same<Got['keysMax'], number>,
    Same<Got['path'], string | null>,
    Same<Got['colour'], 'red' | 'green'>,
    Same<Got['tail'], boolean>,
    Same<Got['filenames'], readonly string[]>,
    Same<Got['retry']['afterMs'], number>,
  ] = [true, true, true, true, true, true]
  expect(answers).not.toContain(false)
})

test('an insert written without the call gives the types of its defaults', () => {
  const answer: Same<Settings<typeof plain>, { windowMs: number }> = true
  expect([answer, plain.windowMs.default]).toEqual([true, 60_000])
})

test('a setting is read and written at its path', () => {
  const settings = { edge: { width: 2 } }
  writeAt(settings, ['edge', 'width'], 3)
  expect([settings, readAt(settings, ['edge', 'width']), readAt(settings, ['none', 'width'])]).toEqual([
    { edge: { width: 3 } },
    3,
    undefined,
  ])
})
