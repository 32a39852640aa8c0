import { afterEach, expect, test } from '@jest/globals'
import { SendingDrain } from '../../../lib/movement/index.js'
import { Cleanups, drained } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

class Post extends SendingDrain<string> {
  readonly calls: string[] = []
  readonly taken: string[] = []
  protected readonly sender = {
    flushed: 0,
    append: (message: string | Buffer) => void this.taken.push(String(message)),
    position: () => this.taken.length,
    full: () => this.taken.length > 1,
    seal: (then: (mark: number) => void) => then(7),
    open: () => void this.calls.push('open'),
    close: async () => {
      this.calls.push('close')
      await Promise.resolve()
      this.send()
    },
    release: () => void this.calls.push('release'),
  }
  readonly tell = this.target

  send() {
    this.sender.flushed = this.taken.length
    this.target.flushed()
  }

  take(message: string) {
    this.sender.append(message)
  }
}

test('asks its sender, and acknowledges what that has sent', async () => {
  const { supply, drain, stop } = await drained<string, Post>(cleanups, (train) => new Post(train, {}))
  supply.push('one')
  supply.push('two')
  expect([supply.acknowledged, supply.paused, drain.position()]).toEqual([0, true, 2])
  drain.send()
  expect(supply.acknowledged).toBe(2)
  let mark: unknown
  drain.seal((told) => (mark = told))
  await stop()
  expect([mark, drain.calls]).toEqual([7, ['open', 'close', 'release']])
})

test('stops the train when its sender gives up', async () => {
  const { drain, running } = await drained<string, Post>(cleanups, (train) => new Post(train, {}))
  drain.tell.failed(Object.assign(new Error('no way'), { code: 'EHOSTUNREACH' }))
  await expect(running).rejects.toMatchObject({ name: 'SourceError', code: 'EHOSTUNREACH' })
})
