/** `deadbeat kv lock`: run a command while nobody else does. */
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { HOLD_HELP, runHolding, type HoldFlags } from './hold.js'
import { duration } from '../daemon-options.js'
import { withDefault } from '../typed-default.js'
import { lifetime } from './options.js'

const HELP = `
Who asks first has it first; \`etcdctl lock\` stands in the same line. The lock is given back when the command has ended,
however it did.

  deadbeat kv lock /locks/backup -- backup.sh --all
  deadbeat kv lock /locks/backup --timeout 5s -- backup.sh      or not at all, if others have it for longer
  deadbeat kv lock /locks/deploy -- sh -c 'deploy --token "$DEADBEAT_FENCING_TOKEN"'
`

/** Add the command to the program. */
export function addLock(program: KvProgram): void {
  addKvCommand<HoldFlags>(program, {
    name: 'lock',
    summary: 'run a command while holding a lock',
    help: HELP + HOLD_HELP,
    limit: 'own',
    makesStore: true,
    extend: (command) =>
      command
        .argument('<path>', 'the lock; what waits for it has keys below it')
        .argument('<command...>', 'what to run, behind --')
        .addOption(
          withDefault('--ttl <time>', 'how long others wait when this process is gone without a word', lifetime, '10s'),
        )
        .addOption(
          withDefault(
            '--kill-after <time>',
            'how long the command may take to end when the lock is lost',
            duration,
            '5s',
          ),
        ),
    act: (session, [path = '', ...command], flags) =>
      runHolding(session, path, flags, command, (whole, options) => session.backend.lock(whole, options)),
  })
}
