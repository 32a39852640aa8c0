import { expect, test } from '@jest/globals'
import { escapeControls } from '../../lib/errors/escape-controls.js'

test('a forged line end and a terminal sequence come out as text', () => {
  expect(escapeControls('a\r\nb\u001b[2J\u009b')).toBe('a\\x0d\\x0ab\\x1b[2J\\x9b')
})

test('what is no control character stays, in every script', () => {
  expect(escapeControls('ü 漢 😀 "quoted" \\n')).toBe('ü 漢 😀 "quoted" \\n')
})
