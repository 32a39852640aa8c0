import { FirstSight } from '../../../lib/items/discovery/first-sight.js'

const KEY = 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
const block = { store: 'lamp', alias: 'main' }
const place = { host: 'lab', rep: 7, pub: 8 }

function start() {
  const warned: string[] = []
  return { warned, seen: new FirstSight({ warn: (_: object | string, text?: string) => void warned.push(text ?? '') }) }
}

test('a key that is not known is told once, and how it becomes known', () => {
  const { warned, seen } = start()
  seen.believe({ block, place })
  for (let n = 0; n < 2; n++) seen.believe({ block, place: { ...place, curve: KEY } })
  expect(warned).toEqual([expect.stringContaining(`deadbeat keys know lamp '${KEY}'`)])
})

test.each([
  ['another key', KEY.replace('rq', 'qr')],
  ['no key any more', undefined],
])('who has %s is not who it was', (_, curve) => {
  const { warned, seen } = start()
  seen.believe({ block, place: { ...place, curve: KEY } })
  expect(() => seen.believe({ block, place: { ...place, curve } })).toThrow('lamp.main at lab:7 is not who it was')
  seen.believe({ block: { ...block, alias: 'other' }, place: { ...place, curve } })
  expect(warned[1]).toMatch(/is not who it was/)
})
