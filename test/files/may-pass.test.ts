import { expect, test } from '@jest/globals'
import { mayPass } from '../../lib/files/may-pass.js'

test.each(['EMFILE', 'EIO', 'EACCES', 'E2BIG'])('%s may pass', (code) => expect(mayPass(code)).toBe(true))

test.each(['ENOENT', 'ESTALE', 'ERR_MARK', 'Z_DATA_ERROR', ''])('%s does not', (code) =>
  expect(mayPass(code)).toBe(false),
)
