/** `deadbeat code sign`: say with a key that code or a module may run. */
import { formatJson } from '../../kv/index.js'
import { readCodeEntry, readModuleEntry, signatureOf, signerOf } from '../../runner/index.js'
import { addKvCommand, type KvProgram } from '../kv/add-kv-command.js'
import { readFile } from '../kv/read-value.js'
import { codesOf, nameOf, pathGiven, requireWritten, type What } from './what.js'

interface Flags {
  readonly with: string
}

/** Add the command to the program. */
export function addSign(program: KvProgram, what: What): void {
  const name = nameOf(what)
  addKvCommand<Flags>(program, {
    name: 'sign',
    summary: `sign ${what === 'code' ? 'code' : 'a module'}`,
    help: `
Signed are path, text, language${what === 'code' ? ', mode, inputs' : ''} and what it requires, as they are stored now: read them first. A node that
names signers runs nothing else; modules are signed by themselves. The public key is printed, for those nodes.

  openssl genpkey -algorithm ed25519 -out anna.pem
  deadbeat ${name} sign app.scale --with anna.pem
`,
    extend: (command) =>
      command.argument('<path>', `which ${what}`).requiredOption('--with <file>', 'the private key: ed25519 in PEM'),
    act: async (session, [word], flags) => {
      const codes = codesOf(session, what)
      const { path, entry, revision } = await requireWritten(codes, what, pathGiven(word))
      const key = Buffer.from(readFile(flags.with))
      const { signature: _, ...bare } = entry
      const read = what === 'code' ? readCodeEntry(bare, path) : readModuleEntry(bare, path)
      const signature = signatureOf(what, path, read, key)
      // Another text than the one that was read is not signed.
      await codes.kv.update(codes.keyOf(pathGiven(word)), formatJson({ ...bare, signature }), { mustBeRev: revision })
      session.tell(`${what} ${path} is signed by ${signerOf(key)}`, { path, signer: signerOf(key) })
      return 0
    },
  })
}
