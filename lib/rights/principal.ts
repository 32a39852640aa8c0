/** Who asks for something: what the transport it came by knows of that, and nothing that the asker says itself. */

/** Who asks. */
export type Principal =
  /** Nobody is known: TCP without keys. */
  | { readonly kind: 'anonymous' }
  /** Who holds a CURVE key: its public half in Z85, and the name that the key directory has for it. */
  | { readonly kind: 'key'; readonly id: string; readonly name?: string }
  /** A user of this machine, known by a Unix socket. */
  | { readonly kind: 'uid'; readonly id: number }
  /** Who holds a TLS certificate, by the common name in it. */
  | { readonly kind: 'certificate'; readonly id: string }
  /** A job of a fleet, as its runner knows it: kind, group and path, `any/default a.question`. */
  | { readonly kind: 'job'; readonly id: string }

/** Whoever is not known. */
export const anonymous: Principal = Object.freeze({ kind: 'anonymous' })

/**
 * A principal as messages and the log show it. What a stranger chose for a name is quoted, so that it can't pass for another's.
 *
 * @example
 * assert.equal(describePrincipal({ kind: 'uid', id: 1000 }), 'uid 1000')
 * assert.equal(describePrincipal({ kind: 'key', id: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', name: 'lab' }), 'key lab')
 */
export function describePrincipal(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'key':
      return `key ${principal.name ?? principal.id}`
    case 'uid':
      return `uid ${principal.id}`
    case 'certificate':
      return `certificate ${JSON.stringify(principal.id)}`
    case 'job':
      return `job ${principal.id}`
  }
}

/** Whether two are one: by what is known of them for certain, and never by a key's name. */
export function isSamePrincipal(one: Principal, other: Principal): boolean {
  return one.kind === other.kind && ('id' in one ? one.id : null) === ('id' in other ? other.id : null)
}
