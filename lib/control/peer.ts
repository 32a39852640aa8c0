/** Who is on the other side of the control socket: the kernel says it (SO_PEERCRED), and not the client. */
import type { Socket } from 'node:net'
import { native } from 'inotify-ts/native'
import { anonymous, type Principal } from '../rights/principal.js'

/** A client of a Unix socket. */
export interface ControlPeer {
  readonly principal: Principal
  /** For the audit. */
  readonly from: string
}

/**
 * Whether the kernel can be asked: without the native binding a client is known only by the socket's mode, which lets its
 * own user in alone.
 */
export const knowsPeers: boolean = native !== null

/** The client of a connection; the own user where the kernel can't be asked. */
export function peerOf(socket: Socket): ControlPeer {
  const fd = (socket as Socket & { readonly _handle?: { readonly fd?: number } | null })._handle?.fd ?? -1
  if (native === null) return { principal: { kind: 'uid', id: process.getuid?.() ?? 0 }, from: 'the control socket' }
  if (fd < 0) return { principal: anonymous, from: 'a connection that is gone' }
  const [pid, uid] = native.peerCredentials(fd)
  return { principal: { kind: 'uid', id: uid }, from: `pid ${pid}` }
}
