import { expect, test } from '@jest/globals'
import { activatedFd } from '../../lib/net/activated.js'

const SOCKETS = ['a', 'b', '0'].map((name, i) => ({ name, fd: 3 + i }))

test('finds a socket by its name, else by its number', () => {
  expect(['a', 'b', '0', '1', '2'].map((name) => activatedFd(name, SOCKETS))).toEqual([3, 4, 5, 4, 5])
})

test('says what was passed where the socket is not there', () => {
  expect(() => activatedFd('c', SOCKETS)).toThrow(
    expect.objectContaining({
      code: 'ENOENT',
      message: 'no socket "c" was passed by systemd: it passed 3, "a, b, 0"',
    }),
  )
  expect(() => activatedFd('3', SOCKETS)).toThrow('no socket "3"')
})

test('this process was given none', () => {
  expect(() => activatedFd('a')).toThrow('it passed none')
})
