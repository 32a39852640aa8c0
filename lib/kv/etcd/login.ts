/**
 * What goes along with every call: that only a member with a leader may answer, and, where a user is named, the token
 * that the login brought. Tokens end; then there is another login, one for all that wait.
 */
import type { OutgoingHttpHeaders } from 'node:http2'

/** Who is logged in. */
export class Login {
  /** What goes along with calls. */
  metadata = metadataWith('')
  /** Whether calls may be made; else `renew` first. */
  isThere: boolean
  /** Whether another login may help where one is refused. */
  readonly isRenewable: boolean
  private readonly authenticate: () => Promise<string>
  private renewing: Promise<void> | null = null

  /** `authenticate` brings a token, `''` where none is asked for; null: there is no user to log in. */
  constructor(authenticate: (() => Promise<string>) | null) {
    this.isRenewable = authenticate !== null
    this.isThere = authenticate === null
    this.authenticate = authenticate ?? (() => Promise.resolve(''))
  }

  /** What went along with a call was refused. */
  forget(used: OutgoingHttpHeaders): void {
    if (used === this.metadata) this.isThere = !this.isRenewable
  }

  /** Log in, unless somebody has. */
  async renew(): Promise<void> {
    if (this.isThere) return
    this.renewing ??= this.login().finally(() => (this.renewing = null))
    await this.renewing
  }

  private async login(): Promise<void> {
    this.metadata = metadataWith(await this.authenticate())
    this.isThere = true
  }
}

function metadataWith(token: string): OutgoingHttpHeaders {
  return { hasleader: 'true', ...(token === '' ? {} : { token }) }
}
