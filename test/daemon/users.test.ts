import { expect, test } from '@jest/globals'
import { findGroup, findUser } from '../../lib/daemon/users.js'

test('a user is found by name and by number, with group and home', () => {
  const root = { uid: 0, gid: 0, name: 'root', home: '/root' }
  expect([findUser('root'), findUser('0')]).toEqual([root, root])
})

test('a number that is in no list is itself, alone in its group', () => {
  expect(findUser('3999999999')).toEqual({ uid: 3999999999, gid: 3999999999, name: null, home: '/' })
  expect(findGroup('3999999999')).toBe(3999999999)
})

test('a group is found by name and by number', () => {
  expect([findGroup('root'), findGroup('0')]).toEqual([0, 0])
})

test.each(['no-such-one', '', '-1', '4294967295', '99999999999', 'a:b', 'root\n', '__proto__', '0x10', ' 0'])(
  '%j is nobody, and a wrong configuration',
  (name) => {
    const message = `daemon.user must be the name or number of a user of this system: it is "${name}"`
    expect(() => findUser(name)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', message }))
    expect(() => findGroup(name)).toThrow('daemon.group must be the name or number of a group of this system')
  },
)
