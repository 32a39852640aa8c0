import { expect, test } from '@jest/globals'
import { activatedFd } from '../../lib/net/activated.js'

const env = { LISTEN_PID: '7', LISTEN_FDS: '3', LISTEN_FDNAMES: 'a:b:0' }

test('finds a socket by its name, else by its number', () => {
  expect(['a', 'b', '0', '1', '2'].map((name) => activatedFd(name, env, 7))).toEqual([3, 4, 5, 4, 5])
  expect(activatedFd('1', { LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toBe(4)
})

test('says what was passed where the socket is not there', () => {
  expect(() => activatedFd('c', env, 7)).toThrow(
    expect.objectContaining({
      code: 'ENOENT',
      message: 'no socket "c" was passed by systemd: it passed 3, "a, b, 0"',
    }),
  )
  expect(() => activatedFd('3', env, 7)).toThrow('no socket "3"')
})

test('takes nothing that was meant for another process', () => {
  expect(() => activatedFd('a', env, 8)).toThrow('it passed none')
  expect(() => activatedFd('0', {}, 8)).toThrow('it passed none')
})
