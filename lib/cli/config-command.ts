/** How `deadbeat config` is written. */
import type { Command } from 'commander'

const HELP = `
Of each setting the value that counts, as it was written, and where: as the default, in a file and which line, in a
variable, or in a flag. Secrets are hidden.

  deadbeat config apps/resolve.ts
  deadbeat config apps/resolve.ts --config new.yaml --dns.cache-max 5
  deadbeat config apps/resolve.ts --json                     also each value in its final form
  deadbeat config apps/resolve.ts --schema > resolve.schema.json

An editor that knows JSON Schema completes and checks a configuration file that says where the schema is: in JSON with
"$schema": "./resolve.schema.json" as its first key, in YAML with # yaml-language-server: $schema=resolve.schema.json as
its first line.

Exit codes: 0; 78, a setting is wrong; 75, the app was not loaded within daemon.readyTimeoutMs (30 s); else those of run.
`

/** Add the command to the program. `end` is told the exit code. */
export function addConfig(program: Command, end: (code: number) => void): void {
  program
    .command('config')
    .summary("show an app's settings, and where each comes from")
    .description("Show an app's settings, and where each comes from.")
    .argument('<app>', 'the app, by its file or its name')
    .argument('[settings...]', 'flags of the app, as for run: --config FILE, --input.filenames a.log')
    .option('--json', 'as JSON')
    .option('--schema', 'show the JSON Schema of its configuration files instead')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(
      async (name: string, argv: string[], { json, schema }: { readonly json?: true; readonly schema?: true }) => {
        const { config } = await import('./config.js')
        end(await config(name, { json: json === true, schema: schema === true }, argv))
      },
    )
}
