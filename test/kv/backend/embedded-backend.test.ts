import { expect, test } from '@jest/globals'
import { EmbeddedBackend } from '../../../lib/kv/backend/embedded-backend.js'
import { temporary } from '../../support/temporary.js'

test('what was written is there when it is opened again', async () => {
  const file = `${temporary()}/deep/store.kv`
  const kv = new EmbeddedBackend({ file })
  const { revision } = await kv.put('/a', 'first')
  await kv.put('/a', 'second')
  await kv.close()
  const again = new EmbeddedBackend({ file })
  expect((await again.get('/a'))[0]).toBe('second')
  expect((await again.get('/a', revision))[0]).toBe('first')
  await again.close()
})
