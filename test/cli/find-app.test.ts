import { expect, test } from '@jest/globals'
import { findApp } from '../../lib/cli/find-app.js'

test('an app that is not there is told with where it was looked for, and the code', async () => {
  const finding = findApp('/none/app.ts', [])
  await expect(finding).rejects.toMatchObject({
    exitCode: 66,
    message: 'there is no app /none/app.ts; looked for:\n  /none/app.ts',
  })
})
