import { afterEach, expect, test } from '@jest/globals'
import { MessageSupply, itemSetter, type MessageSetters } from '../../../lib/movement/index.js'
import { DeadbeatError } from '../../../lib/errors/index.js'
import { Cleanups, supplied } from '../../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

class Bell extends MessageSupply<unknown> {
  readonly calls: string[] = []
  readonly openBell: () => void
  protected readonly source = {
    open: () => {
      this.calls.push('open')
      this.openBell()
    },
    close: () => void this.calls.push('close'),
    pause: () => void this.calls.push('pause'),
    resume: () => void this.calls.push('resume'),
  }
  readonly tell = this.target

  constructor(
    train: ConstructorParameters<typeof MessageSupply>[0],
    options: MessageSetters<unknown>,
    open: () => void = () => undefined,
  ) {
    super(train, options)
    this.openBell = open
  }
}

test('gives lines as many data, and a message as one, whatever is in it', async () => {
  const { supply, data } = await supplied(cleanups, (train) => new Bell(train, {}))
  supply.tell.arrived({ lines: 'a\nb', bytes: 3 }, 'x')
  supply.tell.arrived({ message: 'a\nb', bytes: 3 }, 'x')
  expect(data).toEqual(['a', 'b', 'a\nb'])
})

test('makes data with the setters that there are', async () => {
  const { supply, data } = await supplied(cleanups, (train) => new Bell(train, { peerSetter: itemSetter('peer') }))
  supply.tell.arrived({ lines: 'a\nb', bytes: 3 }, 'x')
  supply.tell.arrived({ message: 'c', bytes: 1 }, 'y')
  expect(data).toEqual([{ peer: 'x' }, { peer: 'x' }, { peer: 'y' }])
})

test('pauses, resumes and closes what it listens to', async () => {
  const { supply, stop } = await supplied(cleanups, (train) => new Bell(train, {}))
  supply.pause()
  supply.resume()
  await stop()
  expect(supply.calls).toEqual(['open', 'pause', 'resume', 'close'])
})

test('fails as a source does where it can not listen, and ends the train when the source has ended', async () => {
  const make = (train: ConstructorParameters<typeof MessageSupply>[0]) =>
    new Bell(train, {}, () => {
      throw new DeadbeatError('EADDRINUSE', 'no room')
    })
  await expect(supplied(cleanups, make)).rejects.toMatchObject({
    name: 'SourceError',
    code: 'EADDRINUSE',
    message: 'no room',
  })
  const { supply, running } = await supplied(cleanups, (train) => new Bell(train, {}))
  supply.tell.ended()
  await running
})
