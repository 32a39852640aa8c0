/** `deadbeat keys`: the directory of keys. Secret halves are never shown. */
import { existsSync } from 'node:fs'
import { EXIT } from '../app/exit-codes.js'
import { KeyDirectory, defaultKeyDirectory } from '../wire/curve/key-directory.js'
import { readCertificate } from '../wire/curve/named-keys.js'
import { orTell, refuse, tell } from './tell.js'

/** What can be done with keys. */
export type KeysVerb = 'new' | 'list' | 'show' | 'allow' | 'know' | 'forget'

/** How it is done. */
export interface KeysOptions {
  /** null: the default one. */
  readonly directory: string | null
  readonly isJson: boolean
}

interface Listed {
  readonly kind: 'own' | 'client' | 'server'
  readonly name: string
  readonly publicKey: string
}

/** Do it. Answers the exit code. */
export function keys(verb: KeysVerb, words: readonly string[], { directory, isJson }: KeysOptions): Promise<number> {
  const [name = '', key = ''] = words
  const here = new KeyDirectory(directory ?? defaultKeyDirectory())
  return orTell('keys', () => Promise.resolve(act()))

  function act(): number {
    switch (verb) {
      case 'new': {
        const { publicKey } = here.make(name)
        const file = `${here.path}/public/${name}.key`
        tell(`made ${name}: ${publicKey} (for others: ${file})`, { name, publicKey, file }, isJson)
        return EXIT.ok
      }
      case 'show': {
        const { publicKey } = here.own(name)
        tell(publicKey, { name, publicKey }, isJson)
        return EXIT.ok
      }
      case 'allow':
      case 'know': {
        const publicKey = existsSync(key) ? readCertificate(key).publicKey : key
        here.add(verb === 'allow' ? 'clients' : 'servers', name, publicKey)
        const what = verb === 'allow' ? `${name} may connect` : `${name} is known`
        tell(`${what}: ${publicKey}`, { name, publicKey }, isJson)
        return EXIT.ok
      }
      case 'forget': {
        const forgotten = (['clients', 'servers'] as const).filter((kind) => here.remove(kind, name))
        if (forgotten.length === 0) return refuse(`keys: there is no client and no server ${name}`, EXIT.noinput)
        tell(`${name} is forgotten: ${forgotten.join(', ')}`, { name, forgotten }, isJson)
        return EXIT.ok
      }
      case 'list':
        return list(here, isJson)
    }
  }
}

function list(here: KeyDirectory, isJson: boolean): number {
  const own = here.ownNames().map((name): Listed => ({ kind: 'own', name, publicKey: here.own(name).publicKey }))
  const others = (['clients', 'servers'] as const).flatMap((kind) =>
    [...here.list(kind).names].map(([publicKey, name]): Listed => ({
      kind: kind === 'clients' ? 'client' : 'server',
      name,
      publicKey,
    })),
  )
  const all = [...own, ...others]
  const lines = all.map(({ kind, name, publicKey }) => `${kind.padEnd(7)} ${name.padEnd(20)} ${publicKey}`)
  if (isJson) tell('', { directory: here.path, keys: all }, true)
  else for (const line of all.length === 0 ? [`no keys in ${here.path}`] : lines) tell(line, {}, false)
  const faults = [...here.list('clients').faults, ...here.list('servers').faults]
  return faults.length === 0 ? EXIT.ok : refuse(faults.join('\n'), EXIT.config)
}
