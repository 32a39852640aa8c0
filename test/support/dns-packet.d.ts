/** The part of dns-packet that the tests use; it comes without types. */
declare module 'dns-packet' {
  export interface Question {
    type: string
    name: string
  }
  export interface Packet {
    type?: 'query' | 'response'
    id?: number
    flags?: number
    questions?: Question[]
    answers?: { type: string; name: string; ttl: number; data: string }[]
  }
  export function encode(packet: Packet): Buffer
  export function decode(buffer: Uint8Array): Packet
}
