/** What the answers of a cluster have told about it: which it is, and how far it was. */
import type { MessageOf, ResponseHeader } from '../rpc/messages.js'

/** What every answer begins with. */
export type Header = MessageOf<typeof ResponseHeader>

/** The cluster as it was last seen. */
export class Seen {
  /** Which; null: nothing was seen. */
  clusterId: bigint | null = null
  /** The highest revision of it. */
  revision = 0

  /** There was an answer. */
  note(header: Header | undefined): void {
    if (header === undefined) return
    if (header.clusterId !== this.clusterId) this.revision = 0
    this.clusterId = header.clusterId
    if (header.revision > this.revision) this.revision = header.revision
  }
}
