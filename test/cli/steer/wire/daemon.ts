// A daemon as a child process, and the command that asks it.
import { deadbeat, scratch, startDeadbeat } from '../../../app/scratch.js'

const LAMP = `import { Item, ItemDaemon } from 'deadbeat/items'
class Broken extends Item {
  reqRefresh() { throw new Error('unplugged') }
}
export class LampDaemon extends ItemDaemon {
  static exposed = { flash: { doc: 'Flash once.', params: ['colour'] } }
  flash(colour) { return colour.toUpperCase() }
  setup(): void {
    this.addItem(Item, 'level', { type: 'numeric', format: '%.1f', range: [0, 10], initial: 3, doc: 'How bright.' })
    this.addItem(Item, 'mode', { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } })
    this.addItem(Item, 'hold', { type: 'numeric', units: 'ms' })
    this.addItem(Broken, 'heat', { type: 'numeric', initial: 5, doc: 'How hot.' }).poll(3600)
    this.store.methods.set('count', { doc: 'Count.', async *call(args, { from = 1 }) {
      for (let n = from; n <= args[0]; n++) yield n
    } })
  }
}
`

/** Start it, known on this machine only. */
export async function startLamp() {
  const dir = scratch({ 'lamp.ts': LAMP })
  const argv = ['markd', 'lamp', '--module', 'lamp', '--port', '0', '--pub-port', '0', '--announce', 'off', '--json']
  const { child, ended } = await startDeadbeat(dir, argv, '\n')
  return {
    ask: (...words: string[]) => deadbeat(dir, words),
    stop: async () => {
      child.kill('SIGTERM')
      return (await ended).status
    },
  }
}
