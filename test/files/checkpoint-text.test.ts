import { expect, test } from '@jest/globals'
import { checked, dress, ELSEWHERE, headerOf, readHeader, RECORD, undress } from '../../lib/files/checkpoint-text.js'

const place = { name: 'P', remove: 'delete it' }

test('a text holds a record, or where it is, and says which', () => {
  const json = Buffer.from('{"é":1}')
  expect(undress(dress(json, RECORD), place)).toEqual({ version: 1, json: '{"é":1}' })
  expect(undress(dress(json, ELSEWHERE), place)).toEqual({ version: 2, json: '{"é":1}' })
  expect(String(dress(json, RECORD))).toBe(`${headerOf(json, RECORD)}\n{"é":1}\n`)
})

test('what was damaged, is foreign or newer is refused, with what to do about it where it lies', () => {
  const text = String(dress(Buffer.from('{"abc":1}'), RECORD))
  const read = (changed: string) => () => undress(Buffer.from(changed), place)
  expect(read('')).toThrow('the check-point P is damaged: it does not begin with the header of a check-point; put back')
  expect(read('{"abc":1}')).toThrow('does not begin with the header')
  expect(read(text.slice(0, -4))).toThrow('3 bytes are missing at its end; put back a copy of it, or delete it')
  expect(read(text.replace('abc', 'abd'))).toThrow('its checksum does not fit')
  expect(read(text.replace(' 1 ', ' 3 '))).toThrow('has format 3, and this version knows 2: run the newer version, or')
  expect(read(text.replace(' 1 ', ' 0 '))).toThrow('has format 0')
})

test('the JSON may come by itself', () => {
  const json = Buffer.from('[1,2]')
  const header = readHeader(Buffer.from(`${headerOf(json, RECORD)}\n`), place)
  expect(checked(json, header, place)).toBe('[1,2]')
  expect(() => checked(json.subarray(1), header, place)).toThrow('1 bytes are missing')
})
