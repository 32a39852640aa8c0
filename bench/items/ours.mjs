// node bench/items/ours.mjs: an ItemDaemon as users run it, that does the same as naive.mjs.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from 'deadbeat'
import { Item, ItemDaemon } from 'deadbeat/items'

class Bench extends ItemDaemon {
  setup() {
    const value = this.addItem(Item, 'value', { type: 'numeric', initial: 7 })
    this.addItem(Item, 'other', { type: 'numeric' })
    this.addItem(Item, 'burst', {
      type: 'numeric',
      accept: (many) => {
        for (let i = 0; i < many; i++) value.publish(i, { repeat: true })
        return many
      },
    })
  }
}

const daemon = new Bench('bench')
await daemon.start({ home: mkdtempSync(join(tmpdir(), 'deadbeat-bench-')), port: 0, pubPort: 0, log: silentLogger })
const { rep, pub } = daemon.ports
process.stdout.write(`${JSON.stringify({ requests: rep, publications: pub })}\n`)
