import { expect, test } from '@jest/globals'
import { insert, type Settings } from '../../lib/settings/index.js'

const exact = insert({
  keysMax: { doc: 'How many.', format: 'nat', default: 60_000 },
  path: { doc: 'Where to.', format: 'path', default: null },
  colour: { doc: 'Which.', format: ['red', 'green'], default: 'red' },
  tail: { doc: 'Whether.', default: true },
  filenames: { doc: 'What.', format: 'paths' },
  retry: { afterMs: { doc: 'When.', format: 'duration', default: '5s' } },
})
const plain = { windowMs: { doc: 'How long.', format: 'nat', default: 60_000 } }

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isSame = <A, B>(answer: Same<A, B>): boolean => answer

test('an insert keeps its description as it was written', () => {
  expect(exact.path).toEqual({ doc: 'Where to.', format: 'path', default: null })
})

test('the compiler knows each setting by its format, and null where null is the default', () => {
  type Got = Settings<typeof exact>
  expect(isSame<Got['keysMax'], number>(true)).toBe(true)
  expect(isSame<Got['path'], string | null>(true)).toBe(true)
  expect(isSame<Got['colour'], 'red' | 'green'>(true)).toBe(true)
  expect(isSame<Got['tail'], boolean>(true)).toBe(true)
  expect(isSame<Got['filenames'], readonly string[]>(true)).toBe(true)
  expect(isSame<Got['retry']['afterMs'], number>(true)).toBe(true)
})

test('an insert written without the call gives the types of its defaults', () => {
  expect(isSame<Settings<typeof plain>['windowMs'], number>(true)).toBe(true)
})
