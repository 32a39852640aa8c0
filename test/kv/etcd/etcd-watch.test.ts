import { jest } from '@jest/globals'
import type { WatchSink } from '../../../lib/kv/engine/engine.js'
import { EtcdWatch } from '../../../lib/kv/etcd/etcd-watch.js'
import { Seen } from '../../../lib/kv/etcd/seen.js'
import { Told } from '../../support/etcd-rig.js'
import { header } from '../../support/fake-etcd.js'

function event(key: string, mod: number, type = 0) {
  const kv = { key, mod, create: mod, version: 1, value: Buffer.from('v'), lease: 0n }
  return { type, kv, prevKv: undefined }
}

function start({ from = 0, seen = new Seen(), sink }: { from?: number; seen?: Seen; sink?: WatchSink } = {}) {
  const told = new Told()
  const calls: string[] = []
  const watches = { ask: () => calls.push('ask'), drop: () => calls.push('drop') }
  return { told, calls, watch: new EtcdWatch(watches, { key: 'a' }, from, sink ?? told, seen) }
}

it('goes on behind its last event, whatever the headers say', () => {
  const { watch, told } = start()
  watch.created(header(10))
  expect([watch.next, told.openedAt]).toEqual([11, 10])
  watch.happened([event('a', 12), event('b', 12), event('a', 15)], false)
  expect([watch.next, told.revisions]).toEqual([16, [12, 15]])
  watch.detached()
  watch.created(header(99))
  expect(watch.next).toBe(16)
})

it('drops what it has told', () => {
  const { watch, told } = start({ from: 5 })
  watch.created(header(9))
  watch.happened([event('a', 4), event('a', 5)], false)
  watch.happened([event('a', 5), event('a', 6, 1)], false)
  expect(told.texts).toEqual(['a=v', '-a'])
})

it('tells a commit as one, in however many parts it comes', () => {
  const { watch, told } = start({ from: 1 })
  watch.happened([event('a', 1), event('a', 2)], true)
  expect(told.revisions).toEqual([1])
  watch.happened([event('b', 2)], true)
  watch.happened([event('c', 2)], false)
  expect([told.revisions, told.texts]).toEqual([
    [1, 2],
    ['a=v', 'a=v', 'b=v', 'c=v'],
  ])
})

it('tells what came in part again when the stream broke in between', () => {
  const { watch, told } = start({ from: 1 })
  watch.happened([event('a', 1)], true)
  watch.detached()
  expect([watch.next, told.revisions]).toEqual([1, []])
  watch.happened([event('a', 1), event('b', 1)], false)
  expect(told.texts).toEqual(['a=v', 'b=v'])
})

it('takes progress for what it is, unless it goes back', () => {
  const { watch, told } = start({ from: 10 })
  watch.progressed(5, true)
  expect([watch.next, told.progresses]).toEqual([10, []])
  watch.progressed(20, true)
  watch.progressed(30, false)
  expect([watch.next, told.progresses]).toEqual([31, [20]])
})

it('knows another store by its cluster, and one that went back by its revision', () => {
  const { watch } = start()
  expect([watch.isOfAnother(header(1)), watch.isAhead(header(1))]).toEqual([false, false])
  watch.created(header(10))
  watch.happened([event('a', 11)], false)
  expect([watch.isOfAnother(header(11)), watch.isOfAnother(header(11, 8n))]).toEqual([false, true])
  expect([watch.isAhead(header(11)), watch.isAhead(header(10))]).toEqual([false, true])
})

it('has a revision from whoever read it in this store, or from nobody knows where', () => {
  const seen = new Seen()
  seen.note(header(50))
  const known = start({ from: 51, seen }).watch
  expect([known.isAhead(header(3)), known.isOfAnother(header(50, 8n))]).toEqual([true, true])
  const future = start({ from: 52, seen }).watch
  expect([future.isAhead(header(3)), future.isOfAnother(header(50, 8n))]).toEqual([false, false])
})

it('tells nothing once it is closed, even by whom it tells', () => {
  const revisions: number[] = []
  const { watch, calls } = start({
    from: 1,
    sink: {
      changed: (_, revision) => {
        revisions.push(revision)
        watch.close()
      },
      gap: () => undefined,
      failed: () => undefined,
    },
  })
  watch.happened([event('a', 1), event('a', 2), event('a', 3)], false)
  watch.close()
  watch.askProgress()
  expect([revisions, calls]).toEqual([[1], ['drop']])
})

it('lets nobody who throws when told hinder the others', () => {
  const thrown: unknown[] = []
  const spy = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
    try {
      run()
    } catch (error) {
      thrown.push(error)
    }
  })
  const sink = {
    changed: () => {
      throw new Error('mine')
    },
    gap: () => undefined,
    failed: () => undefined,
  }
  start({ from: 1, sink }).watch.happened([event('a', 1)], false)
  spy.mockRestore()
  expect(thrown).toEqual([new Error('mine')])
})

it('refuses an event of nothing', () => {
  expect(() => start().watch.happened([{ type: 0, kv: undefined, prevKv: undefined }], false)).toThrow(/no key/)
})
