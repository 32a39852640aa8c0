/** `deadbeat kv elect`: run a command while being the leader. */
import { addKvCommand, type KvProgram } from './add-kv-command.js'
import { HOLD_HELP, runHolding, type HoldFlags } from './hold.js'
import { duration } from '../daemon-options.js'
import { withDefault } from '../typed-default.js'
import { lifetime } from './options.js'

const HELP = `
Of all who are candidates of PATH the first is the leader, and runs its command; when that ends or the leader is gone, the
next one is. VALUE is what everybody sees of it: \`deadbeat kv list PATH --values\` shows the candidates, the leader's key
being the oldest. \`etcdctl elect\` takes part.

  deadbeat kv elect /leader/feeder "$(hostname)" -- deadbeat run feeder
`

/** Add the command to the program. */
export function addElect(program: KvProgram): void {
  addKvCommand<HoldFlags>(program, {
    name: 'elect',
    summary: 'run a command while being the leader',
    help: HELP + HOLD_HELP,
    limit: 'own',
    makesStore: true,
    extend: (command) =>
      command
        .argument('<path>', 'the election; candidates have keys below it')
        .argument('<value>', 'what everybody sees of this candidate')
        .argument('<command...>', 'what to run, behind --')
        .addOption(
          withDefault(
            '--ttl <time>',
            'how long it takes until another leads when this process is gone',
            lifetime,
            '10s',
          ),
        )
        .addOption(
          withDefault(
            '--kill-after <time>',
            'how long the command may take to end when it leads no more',
            duration,
            '5s',
          ),
        ),
    act: (session, [path = '', value = '', ...command], flags) =>
      runHolding(session, path, flags, command, (whole, options) => session.backend.elect(whole, value, options)),
  })
}
