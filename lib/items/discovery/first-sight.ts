/** Daemons whose keys nobody here knows: they are believed to be who they say, once. */
import type { Logger } from '../../movement/index.js'
import { hostAndPort } from '../../net/listen.js'
import type { Located } from './asking.js'
import { DiscoveryError } from './discovery-error.js'

/**
 * What was seen at first sight, as long as the process lasts.
 *
 * @example
 * const warned: string[] = []
 * const seen = new FirstSight({ warn: (_, text) => warned.push(text) })
 * const block = { store: 'lamp', alias: 'main' }
 * const place = { host: 'lab', rep: 7, pub: 8, curve: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7' }
 * seen.believe({ block, place })
 * seen.believe({ block, place })
 * assert.equal(warned.length, 1)
 * assert.throws(() => seen.believe({ block, place: { ...place, curve: undefined } }), /had the key/)
 */
export class FirstSight {
  readonly #log: Pick<Logger, 'warn'>
  readonly #keys = new Map<string, string>()

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log
  }

  /**
   * A daemon says who it is.
   *
   * @throws {DiscoveryError} ERR_NO_DAEMON if one of that name had another key before.
   */
  believe({
    block: { store, alias },
    place: { host, rep, curve },
  }: {
    readonly block: Name
    readonly place: Place
  }): void {
    const name = `${store}.${alias}`
    const before = this.#keys.get(name)
    if (before === curve) return
    const where = hostAndPort(host, rep)
    if (before === undefined) {
      this.#keys.set(name, curve as string)
      const advice = `that it stays so: deadbeat keys know ${store} '${curve}'`
      this.#log.warn(
        { daemon: name, where, key: curve },
        `${name} at ${where} is believed to be who it says: its key is not known here (${advice})`,
      )
      return
    }
    const now = curve === undefined ? 'it has none' : `it is ${curve}`
    const message = `${name} at ${where} is not who it was: it had the key ${before}, and now ${now}. If it was given a new one, let that be known (deadbeat keys know), or start anew`
    this.#log.warn({ daemon: name, where }, message)
    throw new DiscoveryError('ERR_NO_DAEMON', message)
  }
}

type Name = Pick<Located['block'], 'store' | 'alias'>
type Place = Omit<Located['place'], 'curve'> & { readonly curve?: string | undefined }
