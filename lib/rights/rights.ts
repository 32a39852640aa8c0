/** Who may do what: the one question that the wire, the control socket, kv serve and the runner ask. */
import { DeadbeatError, describeValue } from '../errors/index.js'
import type { Range } from '../kv/engine/range.js'
import { allowsRange, pathOfKey } from './allows-range.js'
import { describePrincipal, type Principal } from './principal.js'
import { allows, type Right, type Rule } from './rule.js'

/** Something was asked for that the rights don't allow. */
export class ForbiddenError extends DeadbeatError {
  readonly principal: Principal
  readonly right: Right
  readonly path: string

  constructor(principal: Principal, right: Right, path: string) {
    const message = `${describePrincipal(principal)} may not ${right} ${describeValue(path)}: no rule of the rights here allows it`
    super('ERR_FORBIDDEN', message)
    this.principal = principal
    this.right = right
    this.path = path
  }
}

/** Where rules come from. */
export interface RightsOptions {
  /** The rules that count now; none if it isn't given. Asked each time. */
  readonly rules?: () => readonly Rule[]
  /** Whether whoever isn't known may do all, as where only this machine can reach a daemon that has no rules. */
  readonly trustsAnonymous?: boolean
  /** The user whose daemon it is; that of the process if it isn't given. */
  readonly ownUid?: number
}

const none: readonly Rule[] = []

/**
 * The rights of one daemon. Its own user and root may do all, for they may read its memory; beyond them the default is no.
 *
 * @example
 * const rights = new Rights({ rules: () => readRules({ rules: [{ who: 'key lab', may: 'read', on: 'heater.*' }] }) })
 * const lab = { kind: 'key', id: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', name: 'lab' }
 * assert.equal(rights.may(lab, 'read', 'heater.temperature'), true)
 * assert.throws(() => rights.require(lab, 'set', 'heater.temperature'), /key lab may not set/)
 */
export class Rights {
  private readonly options: RightsOptions
  private readonly ownUid: number

  constructor(options: RightsOptions = {}) {
    this.options = options
    this.ownUid = options.ownUid ?? process.getuid?.() ?? 0
  }

  /** Whether somebody may do something with what a path names: `store.key`, `store.method`, or a path of kv. */
  may(principal: Principal, right: Right, path: string): boolean {
    if (this.mayAll(principal)) return true
    return (this.options.rules?.() ?? none).some((rule) => allows(rule, principal, right, path))
  }

  /** Whether somebody may do something with all keys of a store that a range has, by the paths that they stand for. */
  mayRange(principal: Principal, right: Right, { key, end }: Range): boolean {
    if (this.mayAll(principal)) return true
    if (end !== undefined)
      return (this.options.rules?.() ?? none).some((rule) => allowsRange(rule, principal, right, { key, end }))
    const path = pathOfKey(key)
    return path !== null && this.may(principal, right, path)
  }

  /** @throws {ForbiddenError} If somebody may not; its message can be told to whoever asked. */
  require(principal: Principal, right: Right, path: string): void {
    if (!this.may(principal, right, path)) throw new ForbiddenError(principal, right, path)
  }

  /** Whether somebody may do everything, whatever the rules say. */
  mayAll(principal: Principal): boolean {
    if (principal.kind === 'uid') return principal.id === 0 || principal.id === this.ownUid
    return principal.kind === 'anonymous' && this.options.trustsAnonymous === true
  }
}
