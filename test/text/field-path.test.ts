import { fieldPath } from '../../lib/text/field-path.js'

test.each([
  ['ip', ['ip']],
  ['id.orig_h', ['id.orig_h']],
  ['/http/status', ['http', 'status']],
  ['/a~1b/c~0d~01', ['a/b', 'c~d~1']],
  ['/', ['']],
  ['a/b', ['a/b']],
  ['/__proto__/x', ['__proto__', 'x']],
])('%j leads to %j', (name, keys) => {
  expect(fieldPath(name)).toEqual(keys)
})

test.each(['', 7, null])('refuses %j', (name) => {
  expect(() => fieldPath(name as string)).toThrow('a field must be named by text')
})
