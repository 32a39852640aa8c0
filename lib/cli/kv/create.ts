/** `deadbeat kv create`: write a key that isn't there. */
import type { KvProgram } from './add-kv-command.js'
import { addWriting } from './write-key.js'

const HELP = `
It is a conflict (73) if the key exists, and nothing is written then.

  deadbeat kv create /pb/pb-1 '{"id": "pb-1"}'
  deadbeat kv create /pb/pb-1 --file pb.json
  deadbeat kv create /pb/pb-1 --file pb.json --dry-run
  deadbeat kv create --number '/pb/pb-me-20261127-#####' '{"id": "pb-me-20261127-#####"}'

With --number each # in the last name of PATH is a digit of the first number, from 0 on, that is free; where the value has
that name as it is written, it gets the number, too. The path is printed.
`

/** Add the command to the program. */
export function addCreate(program: KvProgram): void {
  addWriting(program, 'create', "write a key that isn't there", HELP)
}
