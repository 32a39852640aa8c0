/** The flags that say whom a daemon is made known to. */
import { Option, type Command } from 'commander'

/** How far calls go: to all of this machine, to all of the local net, or to nobody. */
export type Reach = 'machine' | 'net' | 'off'

/** What commander makes of them. */
export interface AnnounceFlags {
  readonly announce: Reach
  readonly registry: readonly string[]
  readonly kv?: string
  readonly override?: true
}

/** Add them to a command. */
export function addAnnounceFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--announce <reach>', 'where registries are looked for, and calls answered')
        .choices(['machine', 'net', 'off'])
        .default('machine'),
    )
    .option('--registry <host>', 'a host with a registry; may come again', collect, [])
    .option('--kv <url>', 'the database that its name is put into: file:…, etcd://HOST:PORT')
    .option('--override', 'take the place of a daemon of the same name that is dead')
}

/** The texts of a flag that may come again. */
export function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}
