// A daemon that others talk to: it takes messages, and prints every five seconds what has come.
// Run it with `node message-daemon.js`, then `deadbeat call messagedaemon.insertMessage 'hello world'`.
import { setTimeout as sleep } from 'node:timers/promises'
import { Escapement, stderrLogger as log } from 'deadbeat'
import { runProgram, stateDirectory } from 'deadbeat/app'
import { gather } from 'deadbeat/conf'
import { ItemDaemon, optionsFromSettings, persistBaseConfig, serve, servingConfig, type Exposed } from 'deadbeat/items'

/** Takes messages. */
export class MessageDaemon extends ItemDaemon {
  static readonly exposed = {
    insertMessage: { doc: 'Queue a message: it is printed within five seconds.', params: ['message'] },
    pstCounter: { doc: 'How many messages have come, in all runs of the daemon.' },
  } satisfies Exposed<MessageDaemon>

  pstCounter = 0
  #messages: string[] = []

  insertMessage(message: string): string {
    this.#messages.push(message)
    this.pstCounter += 1
    return 'Message received!'
  }

  override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#print()
      await sleep(5000, undefined, { signal }).catch(() => undefined)
    }
    this.#print()
  }

  #print(): void {
    const messages = this.#messages.splice(0)
    if (messages.length > 0) console.log([`Found ${messages.length} new messages`, ...messages].join('\n'))
  }
}

async function main(): Promise<void> {
  const settings = gather({ items: servingConfig, persist: persistBaseConfig })
  const around = { esc: Escapement.instance, log, stateDirectory: stateDirectory('message-daemon') }
  const opened = await optionsFromSettings(settings, around)
  await serve(new MessageDaemon(), opened.options)
  await opened.close()
}

if (process.argv[1] === import.meta.filename) await runProgram('message-daemon', main)
