import { expect, test } from '@jest/globals'
import { FROM_SOURCE, runScript } from '../../support/child.js'

test('who throws leaves the others, and is heard of', async () => {
  const { lines } = await runScript(
    `const { tell } = await import(source + 'lib/kv/engine/tell.ts')
     process.on('uncaughtException', ({ message }) => console.log('uncaught', message))
     tell(() => { throw new Error('mine') })
     tell(() => console.log('told'))`,
    FROM_SOURCE,
  )
  expect(lines).toEqual(['told', 'uncaught mine'])
})
