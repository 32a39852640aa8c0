import { MemoryBackend } from '../../../lib/kv/index.js'
import { Cleanups } from '../../support/supplied.js'
import { newProcessingBlockId, skaConfig, takeAny, takeProcessingBlock, type ProcessingBlock } from './ska-config.js'

const workflow = { type: 'batch', id: 'imaging', version: '1.0' }
const noon = new Date('2026-03-04T12:00:00Z')

const cleanups = new Cleanups()
afterEach(cleanups.run)

function start() {
  const kv = new MemoryBackend()
  cleanups.add(() => kv.close())
  const config = skaConfig()
  const create = async (id: string) => {
    await config.processingBlock.create(kv, { id }, block(id))
  }
  const all = async () => (await kv.listKeys('/', { recurse: 8 }))[0]
  return { kv, config, create, all }
}

function block(id: string): ProcessingBlock {
  return { id, sbi_id: null, workflow, parameters: {}, dependencies: [] }
}

describe('SKA’s configuration as entities', () => {
  it('has its keys where the Python library has them', async () => {
    const { kv, config, all } = start()
    await config.processingBlock.create(kv, { id: 'pb-1' }, block('pb-1'))
    await config.processingBlockState.create(kv, { id: 'pb-1' }, { status: 'STARTING' })
    await config.schedulingBlock.create(kv, { id: 'sb-1' }, {})
    await config.subarray.create(kv, { id: '01' }, {})
    await config.master.create(kv, {}, { state: 'ON' })
    await config.deployment.create(kv, { id: 'd1' }, { id: 'd1', type: 'helm', args: {} })
    await config.workflow.create(kv, workflow, { image: 'registry/imaging:1.0' })
    expect(await all()).toEqual([
      '/deploy/d1',
      '/master',
      '/pb/pb-1',
      '/pb/pb-1/state',
      '/sb/sb-1',
      '/subarray/01',
      '/workflow/batch:imaging:1.0',
    ])
    expect(await config.processingBlock.list(kv)).toEqual([{ id: 'pb-1' }])
    expect(await config.workflow.list(kv, { type: 'batch' })).toEqual([workflow])
    expect(skaConfig('/test').master.path({})).toBe('/test/master')
  })

  it('refuses what is no processing block and no deployment', async () => {
    const { kv, config } = start()
    const wrong = { ...block('pb-1'), workflow: { type: 'batch' } } as never
    await expect(config.processingBlock.create(kv, { id: 'pb-1' }, wrong)).rejects.toThrow('workflow must have')
    const other = { id: 'd1', type: 'shell', args: {} } as never
    await expect(config.deployment.create(kv, { id: 'd1' }, other)).rejects.toThrow('type must be helm')
  })

  it('numbers the blocks of a day, each number once whoever else creates one, and gaps first', async () => {
    const { kv, config } = start()
    const ids = await Promise.all(
      Array.from({ length: 8 }, () =>
        kv.transact(async (txn) => {
          const id = await newProcessingBlockId(config, txn, 'sdp', noon)
          await config.processingBlock.create(txn, { id }, block(id))
          return id
        }),
      ),
    )
    expect(ids.sort()).toEqual(Array.from({ length: 8 }, (_, i) => `pb-sdp-20260304-0000${i}`))
    await config.processingBlock.delete(kv, { id: 'pb-sdp-20260304-00003' })
    expect(await newProcessingBlockId(config, kv, 'sdp', noon)).toBe('pb-sdp-20260304-00003')
    expect(await newProcessingBlockId(config, kv, 'other', noon)).toBe('pb-other-20260304-00000')
  })

  it('says so when the numbers of a day are used up', async () => {
    const { kv, config } = start()
    const full = Array.from({ length: 100_000 }, (_, i) => ({ id: `pb-sdp-20260304-${String(i).padStart(5, '0')}` }))
    const list = () => Promise.resolve(full)
    const processingBlock = Object.assign(Object.create(config.processingBlock), { list })
    const next = newProcessingBlockId({ ...config, processingBlock }, kv, 'sdp', noon)
    await expect(next).rejects.toThrow('at most 100000 processing blocks a day: sdp has them')
  })

  it('gives a block to one worker at a time, and back when its lease is over', async () => {
    const { kv, config, create } = start()
    for (const id of ['a', 'b', 'c']) await create(id)
    const leases = await Promise.all(Array.from({ length: 4 }, () => kv.lease()))
    const took = await Promise.all(leases.map((lease, pid) => takeAny(config, kv, { pid }, lease)))
    expect([...took].sort()).toEqual(['a', 'b', 'c', null])
    const winner = took.indexOf('a')
    expect(await config.processingBlockOwner.isOwner(kv, { id: 'a' }, { pid: winner })).toBe(true)
    const again = takeProcessingBlock(config, kv, 'a', { pid: 9 }, await kv.clientLease())
    await expect(again).rejects.toMatchObject({ code: 'ERR_KV_COLLISION' })
    await leases[winner]!.revoke()
    expect(await takeAny(config, kv, { pid: 9 }, await kv.clientLease())).toBe('a')
  })

  it('deletes a block with its state and owner, and a deployment without those that begin alike', async () => {
    const { kv, config, create, all } = start()
    for (const id of ['d1', 'd10']) {
      await create(id)
      await config.processingBlockState.create(kv, { id }, {})
      await config.deployment.create(kv, { id }, { id, type: 'helm', args: {} })
    }
    await config.deployment.delete(kv, { id: 'd1' })
    await kv.transact((txn) => config.processingBlock.delete(txn, { id: 'd1' }, { recursive: true }))
    expect(await all()).toEqual(['/deploy/d10', '/pb/d10', '/pb/d10/state'])
  })
})
