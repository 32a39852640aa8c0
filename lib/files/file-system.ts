/** Which file systems can't be trusted to tell of every change through inotify. */
import { statfsSync } from 'node:fs'

/** The numbers of statfs(2) for file systems whose files change without this kernel's knowing. */
const UNTOLD: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0x65735546, 'fuse'],
  [0x01021997, '9p'],
  [0x794c7630, 'overlay'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x517b, 'smb'],
  [0x00c36400, 'ceph'],
  [0x5346414f, 'afs'],
  [0x47504653, 'gpfs'],
  [0x0bd00bd0, 'lustre'],
])

/**
 * The kind of file system that a path lies on, if its files have to be polled: `'nfs'`. Null if inotify is enough,
 * or if the path doesn't exist.
 */
export function untoldFileSystem(path: string, statfs: (path: string) => { type: number } = statfsSync): string | null {
  try {
    return UNTOLD.get(statfs(path).type >>> 0) ?? null
  } catch {
    return null // What can't be asked yet is asked again when it is found.
  }
}
