import { MemoryBackend } from '../../lib/kv/index.js'
import { silentLogger } from '../../lib/movement/logger.js'
import { RightsInKv } from '../../lib/rights/rights-in-kv.js'

const PATH = '/deadbeat/rights'
const RULE = '{"rules":[{"who":"anyone","may":"read","on":"a.*"}]}'

function start() {
  const kv = new MemoryBackend()
  const errors: string[] = []
  let told: () => void = () => undefined
  const heard = () =>
    new Promise<void>((resolve) => {
      told = resolve
    })
  const log = {
    ...silentLogger,
    info: () => {
      told()
    },
    error: (fields: object | string) => {
      errors.push((fields as { err: Error }).err.message)
      told()
    },
  }
  const open = () => RightsInKv.open(kv, PATH, { log })
  return { kv, errors, heard, open }
}

test('no key is no rule, and what is written counts', async () => {
  const { kv, heard, open } = start()
  const rights = await open()
  expect(rights.rules()).toEqual([])
  const written = heard()
  await kv.put(PATH, RULE)
  await written
  expect(rights.rules()).toHaveLength(1)
  const deleted = heard()
  await kv.delete(PATH)
  await deleted
  expect(rights.rules()).toEqual([])
  rights.close()
})

test('faults stop a start, and later leave the rules as they were', async () => {
  const { kv, errors, heard, open } = start()
  await kv.put(PATH, 'all')
  await expect(open()).rejects.toThrow('/deadbeat/rights must hold rights as JSON: it holds none')
  await kv.put(PATH, RULE)
  const rights = await open()
  const written = heard()
  await kv.put(PATH, '{"rules":7}')
  await written
  expect(rights.rules()).toHaveLength(1)
  expect(errors).toEqual(['/deadbeat/rights: rules must be a list of at most 1000: it is 7'])
  rights.close()
})

test('other keys are none of its business', async () => {
  const { kv, open } = start()
  await kv.put(`${PATH}/below`, 'no rights')
  const rights = await open()
  expect(rights.rules()).toEqual([])
  rights.close()
})
