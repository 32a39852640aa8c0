import {
  MessageSupply,
  insert,
  requireAtLeast,
  type MessageSetters,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { listenConfig } from '../lib/net/listen.js'
import { UdpReceiver, datagramsConfig, type UdpProgress } from '../lib/net/udp-receiver.js'

/** Configuration insert: what an operator may set. */
export const udpSupplyBaseConfig = insert({ ...listenConfig, ...datagramsConfig })

type UdpSupplySettings = Settings<typeof udpSupplyBaseConfig>

/** The operator's settings, all but `port` with defaults, and how a datagram becomes a datum. */
export interface UdpSupplyOptions<Out> extends Partial<UdpSupplySettings>, MessageSetters<Out> {
  readonly port: number
}

const DEFAULTS = {
  host: '127.0.0.1',
  activated: null,
  encoding: 'utf8',
  receiveBytes: null,
  backlogBytes: datagramsConfig.backlogBytes.default,
} as const

/**
 * Supply the datagrams that come over UDP.
 *
 * Out: each datagram as text without a line end at its end (or as a Buffer, with `encoding: bytes`), or the datum that the
 * setters make of it. While the train is full, datagrams wait in a backlog of `backlogBytes`; what is above is dropped.
 * Drops, here and in the kernel, are told in the log and counted in `progress()`.
 *
 * It can't supply again what it gave, and nobody tells the sender: a crash loses what was under way. Lead it into a
 * `BufferCog` to lose no more than that instant.
 *
 * @throws {RangeError} If a limit is too low.
 * @example
 * const supply = new UdpSupply(train, { port: 5140 })
 * assert.deepEqual(supply.progress(), { address: null, dropped: 0, kernelDropped: null })
 */
export class UdpSupply<Out = string> extends MessageSupply<Out, UdpSupplySettings & UdpSupplyOptions<Out>> {
  static readonly baseConfig = udpSupplyBaseConfig
  protected readonly source: UdpReceiver

  constructor(train: Winder, options: UdpSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(0, this.options, 'backlogBytes')
    this.source = new UdpReceiver(this.train.esc, this.train.log, this.options, this.target)
  }

  /** Where it listens, and how many datagrams were dropped. */
  progress(): UdpProgress {
    return this.source.progress()
  }
}
