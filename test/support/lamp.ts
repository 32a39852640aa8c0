/** A daemon in a test: a lamp that is looked at and steered by its control socket. */
import { connect } from 'node:net'
import { join } from 'node:path'
import { ControlServer, type Answer, type ControlOptions } from '../../lib/control/index.js'
import { Item, Store } from '../../lib/items/index.js'
import { Escapement } from '../../lib/movement/index.js'
import { temporary } from './temporary.js'

/** A lamp with a control socket. */
export async function startLamp(path = join(temporary(), 'control.sock'), more: Partial<ControlOptions> = {}) {
  const store = new Store('lamp', new Escapement(), { pollMs: 5 })
  const level = new Item<number>(store, 'level', {
    ...{ type: 'numeric', doc: 'How bright.', initial: 1 },
    accept: (value: unknown) => {
      if (typeof value !== 'number') throw new TypeError('it must be a number')
      return value
    },
  })
  new Item<string>(store, 'key', { type: 'string', initial: 'x', isSecret: true, settable: false })
  store.methods.set('double', { doc: 'Twice.', call: async (_, { n }) => await Promise.resolve(Number(n) * 2) })
  const asked: string[] = []
  const server = new ControlServer({
    ...{ store, path, ...more },
    reload: async () => {
      asked.push('reload')
      return await Promise.resolve({ how: 'unchanged' })
    },
    stop: () => asked.push('stop'),
  })
  await server.start()
  return { store, level, server, path, asked }
}

/** What comes back for raw lines, until as many answers have come. */
export async function say(path: string, text: string, answers: number): Promise<Answer[]> {
  const socket = connect(path)
  socket.write(text)
  let got = ''
  for await (const piece of socket) {
    got += String(piece)
    if (got.split('\n').length > answers) break
  }
  socket.destroy()
  return got
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
}
