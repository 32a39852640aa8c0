/** What a command of kv has around it: streams, variables, signals, and how stores are opened. Tests bring their own. */
import { isatty } from 'node:tty'
import type { Backend } from '../../kv/backend/backend.js'
import { openKv, type OpenKvOptions } from '../../kv/open-kv.js'
import { endWithReader } from '../end-with-reader.js'

/** All that a command touches of its process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a person sees it, who can be asked and for whom colours are. */
  readonly isTerminal: { readonly in: boolean; readonly out: boolean; readonly err: boolean }
  readonly out: (piece: string | Uint8Array) => void
  readonly err: (text: string) => void
  /** All of stdin. */
  readAll(): Promise<Uint8Array>
  /** One line of stdin, as somebody types it; null at its end. */
  readLine(): Promise<string | null>
  open(url: string, options: OpenKvOptions): Backend
  /** Aborted at the first SIGINT or SIGTERM from now on; the reason is its name. A second one ends the process. */
  interrupted(): AbortSignal
  /** Called with each signal that asks this process to end, in place of its end, until what it answers is called. */
  onSignal(act: (signal: NodeJS.Signals) => void): () => void
}

/** Those of this process. */
export function ofProcess(): Surroundings {
  const { stdin, stdout, stderr } = process
  endWithReader(stdout)
  return {
    env: process.env,
    isTerminal: { in: isatty(0), out: isatty(1), err: isatty(2) },
    out: (piece) => void stdout.write(piece),
    err: (text) => void stderr.write(text),
    readAll: async () => {
      const pieces: Buffer[] = []
      for await (const piece of stdin) pieces.push(piece as Buffer)
      return Buffer.concat(pieces)
    },
    readLine: () => readLine(stdin),
    open: openKv,
    interrupted: () => {
      const controller = new AbortController()
      for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => controller.abort(name))
      return controller.signal
    },
    onSignal: (act) => {
      for (const name of ENDING) process.on(name, act)
      return () => {
        for (const name of ENDING) process.off(name, act)
      }
    },
  }
}

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

function readLine(stdin: NodeJS.ReadStream): Promise<string | null> {
  return new Promise((resolve) => {
    let begun = ''
    const end = (line: string | null): void => {
      stdin.off('data', more).off('end', atEnd).pause()
      resolve(line)
    }
    const more = (piece: Buffer): void => {
      begun += piece.toString('utf8')
      const at = begun.indexOf('\n')
      if (at >= 0) end(begun.slice(0, at))
    }
    const atEnd = (): void => end(begun === '' ? null : begun)
    stdin.on('data', more).once('end', atEnd)
  })
}
