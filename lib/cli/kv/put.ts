/** `deadbeat kv put`: write a key, whether it is there or not. */
import type { KvProgram } from './add-kv-command.js'
import { addWriting } from './write-key.js'

const HELP = `
  deadbeat kv put /app/limit 20
  deadbeat kv put /app/limit -- -5                   a value that begins with -
  deadbeat kv put /app/logo --file logo.png
  make-list | deadbeat kv put /app/list -
  deadbeat kv put /app/here yes --lease-ttl 60s      gone in a minute, unless it is written again
  deadbeat kv put /app/limit 21 --if-rev 1207        nobody has written it since; 0: it isn't there
`

/** Add the command to the program. */
export function addPut(program: KvProgram): void {
  addWriting(program, 'put', 'write a key, there or not', HELP)
}
