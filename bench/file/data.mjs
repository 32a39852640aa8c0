// The input of the file bench: JSON lines of about 190 bytes, the same on every machine. Made once and kept.
import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { workDirectory } from '../processes.mjs'

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE']
const STATUSES = [200, 200, 200, 204, 301, 404, 500]
const AGENTS = ['Mozilla/5.0 (X11; Linux x86_64)', 'curl/8.5.0', 'Go-http-client/2.0', 'python-requests/2.31']
const WORDS = ['items', 'users', 'orders', 'reports', 'search']

/** A source of whole numbers below a limit that is the same in every run (xorshift). */
export function randomNumbers(seed) {
  let x = seed
  return (limit) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % limit
  }
}

/** The path of a file with so many lines. */
export function inputFile(count) {
  const path = join(workDirectory('file'), `in-${count}.jsonl`)
  if (existsSync(path)) return path
  const random = randomNumbers(123456789)
  const pick = (list) => list[random(list.length)]
  const fd = openSync(`${path}.part`, 'w')
  let text = ''
  for (let id = 0; id < count; id++) {
    // The last line passes the filter: the daemons among the contenders are over when it has come out.
    const level = random(2) === 0 || id === count - 1 ? 'info' : 'debug'
    const ip = `${1 + random(223)}.${random(256)}.${random(256)}.${1 + random(254)}`
    const url = `/api/v1/${pick(WORDS)}/${random(1_000_000)}`
    text += `{"id":${id},"ts":${1_700_000_000 + id / 1000},"host":"web-${10 + random(80)}","ip":"${ip}","method":"${pick(METHODS)}","path":"${url}","status":${pick(STATUSES)},"bytes":${random(100_000)},"ua":"${pick(AGENTS)}","level":"${level}"}\n`
    if (text.length < 1 << 20 && id < count - 1) continue
    writeSync(fd, text)
    text = ''
  }
  closeSync(fd)
  renameSync(`${path}.part`, path)
  return path
}
