/** Certificates for a test, made by openssl: an authority, and a server and a client that it signed. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files in a directory of the test's own. */
export interface Certificates {
  readonly ca: string
  readonly server: { readonly cert: string; readonly key: string }
  readonly client: { readonly cert: string; readonly key: string }
}

/** Make them. */
export function makeCertificates(directory: string): Certificates {
  const at = (name: string): string => join(directory, name)
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority')
  for (const name of ['server', 'client']) {
    writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'ext']
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`)
  }
  const pair = (name: string) => ({ cert: at(`${name}.pem`), key: at(`${name}.key`) })
  return { ca: at('ca.pem'), server: pair('server'), client: pair('client') }
}
