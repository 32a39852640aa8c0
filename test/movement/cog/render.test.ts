import { expect, test } from '@jest/globals'
import { renderOptions } from '../../../lib/movement/cog/render.js'

test('options read as name=value', () => {
  expect(renderOptions({ windowMs: 60, key: 'a', on: true, none: null })).toBe(
    'windowMs=60, key="a", on=true, none=null',
  )
  expect(renderOptions({})).toBe('')
})

test('a function reads as its name', () => {
  expect(renderOptions({ get: Math.abs, set: () => undefined })).toMatch(/^get=abs, set=\w+$/)
  expect(renderOptions({ get: [() => 1][0] })).toBe('get=function')
})

test('what is long is cut, and what cannot be rendered throws nothing', () => {
  const loop: { self?: unknown } = {}
  loop.self = loop
  expect(renderOptions({ text: 'x'.repeat(500), loop })).toMatch(/^text="x{50,100}\.\.\., loop=\[object Object\]$/)
})
