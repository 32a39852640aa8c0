/** ZeroMQ's certificates: text files with a key, as CZMQ and pyzmq (zmq.auth) write and read them. */

/** What a certificate holds; an empty secret key in a public one. */
export interface Certificate {
  readonly publicKey: string
  readonly secretKey: string | null
  readonly name: string | null
}

/**
 * A certificate as text.
 *
 * @example
 * const text = formatCertificate({ name: 'lab', publicKey: '0'.repeat(40), secretKey: null })
 * assert.deepEqual(parseCertificate(text), { name: 'lab', publicKey: '0'.repeat(40), secretKey: null })
 */
export function formatCertificate({ name, publicKey, secretKey }: Certificate): string {
  const about =
    secretKey === null
      ? ['#   ZeroMQ CURVE public certificate: give it to whoever is to know this key']
      : ['#   ZeroMQ CURVE **secret** certificate: give it to nobody']
  const metadata = name === null ? [] : [`    name = "${name}"`]
  const secret = secretKey === null ? [] : [`    secret-key = "${secretKey}"`]
  return [...about, '', 'metadata', ...metadata, 'curve', `    public-key = "${publicKey}"`, ...secret, ''].join('\n')
}

/**
 * Read a certificate. Sections aren't asked for: pyzmq doesn't, either. The keys are texts that nobody has checked yet.
 *
 * @returns null if no public key stands in it.
 */
export function parseCertificate(text: string): Certificate | null {
  const valueOf = (key: string): string | null => {
    const [, quoted, plain] =
      new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(?:["']([^"'\\n]*)["']|(\\S+))`, 'm').exec(text) ?? []
    return quoted ?? plain ?? null
  }
  const publicKey = valueOf('public-key')
  return publicKey === null ? null : { publicKey, secretKey: valueOf('secret-key'), name: valueOf('name') }
}
