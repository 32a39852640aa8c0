import { expect, test } from '@jest/globals'
import { FollowedName } from '../../lib/files/followed-name.js'
import { TailedFile } from '../../lib/files/tailed-file.js'

test('has the newest file that is not leaving as its current one', () => {
  const name = new FollowedName('/a', true)
  expect(name.current).toBeUndefined()
  const [old, fresh] = [new TailedFile('/a', '1:1', 0), new TailedFile('/a', '1:2', 0)]
  name.files.push(old)
  expect(name.current).toBe(old)
  old.isLeaving = true
  expect(name.current).toBeUndefined()
  name.files.push(fresh)
  expect(name.current).toBe(fresh)
})
