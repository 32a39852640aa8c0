/** `deadbeat kv update`: write a key that is there. */
import type { KvProgram } from './add-kv-command.js'
import { addWriting } from './write-key.js'

const HELP = `
The code is 66 if there is no such key, and nothing is written then.

  deadbeat kv update /pb/pb-1/state '{"status": "WAITING"}'
  deadbeat kv update /pb/pb-1/state - --if-rev 1207 < state.json     a conflict (73) if somebody has written it since
`

/** Add the command to the program. */
export function addUpdate(program: KvProgram): void {
  addWriting(program, 'update', 'write a key that is there', HELP)
}
