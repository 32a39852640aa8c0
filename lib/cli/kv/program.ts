/** The commands of `deadbeat kv`, and their help. */
import { Command, CommanderError } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import { duration } from '../daemon-options.js'
import type { KvProgram } from './add-kv-command.js'
import { addCompact } from './compact.js'
import { addCreate } from './create.js'
import { addDelete } from './delete.js'
import { addDiff } from './diff.js'
import { addEdit } from './edit.js'
import { addElect } from './elect.js'
import { addExport } from './export.js'
import { addGet } from './get.js'
import { addImport } from './import.js'
import { addList } from './list.js'
import { addLock } from './lock.js'
import { addLog } from './log.js'
import { addPut } from './put.js'
import { addServe } from './serve.js'
import { addStatus } from './status.js'
import { ofProcess, type Surroundings } from './surroundings.js'
import { addUpdate } from './update.js'
import { addWatch } from './watch.js'

const HELP = `
A store is a tree of keys, /like/this, each with a value, in a file of this machine or in etcd:

  deadbeat kv put /app/limit 20
  deadbeat kv get /app/limit
  deadbeat kv list --all --values
  deadbeat kv watch /app --all                 every change, until Ctrl-C
  deadbeat kv edit /app/limit                  with $EDITOR
  deadbeat kv export /app > app.json           and import, also into another store
  deadbeat kv lock /locks/backup -- backup.sh  nobody else meanwhile
  deadbeat kv serve                            for etcdctl and other clients of etcd

Which store: --url, else $DEADBEAT_KV, else the file \`kv\` in your state directory.

  file:///var/lib/app/kv                       a file: several processes at once, no server
  etcd://host:2379,other:2379                  --ca, --cert, --key for TLS; --user, and the password in --password-file
                                               or $DEADBEAT_KV_PASSWORD; also $DEADBEAT_KV_USER, _CA, _CERT, _KEY
--prefix (or $DEADBEAT_KV_PREFIX) stands before every path. Results are on stdout, everything else on stderr.
`

const COMMANDS = [
  ...[addGet, addList, addPut, addCreate, addUpdate, addDelete],
  ...[addWatch, addLog, addDiff, addStatus, addCompact],
  ...[addEdit, addExport, addImport, addLock, addElect, addServe],
]

/**
 * Parse the arguments behind `deadbeat kv` and do what they say.
 *
 * @returns The exit code.
 */
export async function kvCommand(argv: readonly string[], around: Surroundings = ofProcess()): Promise<number> {
  let code: number = EXIT.ok
  const command = new Command('deadbeat kv')
    .description('Read, write and watch a tree of keys.')
    .option('--url <url>', 'which store')
    .option('--prefix <path>', 'what stands before every path')
    .option('--ca <file>', 'certificates that may have signed that of the server, in PEM')
    .option('--cert <file>', 'the certificate to show, in PEM')
    .option('--key <file>', 'its private key, in PEM')
    .option('--server-name <name>', "the name in the server's certificate, if it isn't the host's")
    .option('--user <name>', 'log in as this user')
    .option('--password-file <file>', 'the password is in this file')
    .option('--timeout <time>', 'give up after so long; 30s, and never for what waits by itself', duration)
    .option('--json', 'results as JSON')
    .option('-q, --quiet', 'print no more than what was asked for')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => around.out(text), writeErr: (text) => around.err(text) })
    .addHelpText('after', HELP)
    .exitOverride()
  const program: KvProgram = {
    command,
    around,
    end: (ended) => {
      code = ended
    },
  }
  for (const add of COMMANDS) add(program)
  try {
    await command.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  return code
}
