import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyDirectory, defaultKeyDirectory } from '../../../lib/wire/curve/key-directory.js'
import { KeyPair } from '../../../lib/wire/curve/key-pair.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { temporary } from '../../support/temporary.js'

const PYTHON = '/usr/bin/python3'
const hasPeer = existsSync('/usr/lib/python3/dist-packages/zmq/__init__.py')

function start() {
  const path = join(temporary(), 'keys')
  const clock = new ManualClock()
  return { path, clock, keys: new KeyDirectory(path, { clock }) }
}

function modeOf(...parts: string[]): string {
  return (statSync(join(...parts)).mode & 0o777).toString(8)
}

test('a pair is kept for its user alone, and its public half beside it', () => {
  const { path, keys } = start()
  const pair = keys.make('heater')
  expect([modeOf(path, 'secret'), modeOf(path, 'secret/heater.key_secret')]).toEqual(['700', '600'])
  expect(readFileSync(join(path, 'public/heater.key'), 'utf8')).not.toContain(pair.secretKey)
  expect(keys.own('heater').secretKey).toBe(pair.secretKey)
  expect(keys.ownNames()).toEqual(['heater'])
  expect([...keys.list('public').names]).toEqual([[pair.publicKey, 'heater']])
})

test('a pair that is there is not overwritten', () => {
  const { keys } = start()
  const pair = keys.make('heater')
  expect(() => keys.make('heater')).toThrow('it is there already; take it away first')
  expect(keys.own('heater').secretKey).toBe(pair.secretKey)
})

test('a secret that others may read is not used', () => {
  const { path, keys } = start()
  keys.make('heater')
  chmodSync(join(path, 'secret/heater.key_secret'), 0o640)
  expect(() => keys.own('heater')).toThrow(/must be for its user alone: its mode is 0640; chmod 600 it/)
})

test('what is missing is told with what makes it', () => {
  const { path, keys } = start()
  expect(() => keys.own('heater')).toThrow(`make one with deadbeat keys new heater --dir ${path}`)
  keys.make('heater')
  expect(() => keys.client('heater', 'far')).toThrow('which has none: deadbeat keys know far PUBLIC-KEY --dir')
})

test.each(['', '../heater', 'Heater', 'a b', '.a', 'a/b', 'a'.repeat(40), '__proto__'])('%j is no name', (name) => {
  const { keys } = start()
  for (const use of [() => keys.make(name), () => keys.own(name), () => keys.remove('clients', name)])
    expect(use).toThrow('the name of a key must be 1 to 39 lower case letters')
  expect(() => keys.add('clients', name, KeyPair.make().publicKey)).toThrow('the name of a key')
})

test('a damaged pair is told from a good one', () => {
  const { path, keys } = start()
  const file = join(path, 'secret/heater.key_secret')
  keys.make('heater')
  const other = KeyPair.make()
  writeFileSync(file, readFileSync(file, 'utf8').replace(/public-key = ".*"/, `public-key = "${other.publicKey}"`))
  expect(() => keys.own('heater')).toThrow('its two keys are no pair')
  writeFileSync(file, 'curve\n')
  expect(() => keys.own('heater')).toThrow('a certificate must have a line public-key')
  writeFileSync(file, `public-key = "${other.publicKey}"\nsecret-key = "short"`)
  expect(() => keys.own('heater')).toThrow('a secret key must be a key of 40 characters')
  writeFileSync(file, 'x'.repeat(65_537))
  expect(() => keys.own('heater')).toThrow('a certificate may have 65536 bytes: it has 65537')
})

test('clients are who stands there now, looked at once a second', () => {
  const { clock, keys } = start()
  keys.make('heater')
  const [anna, bob] = [KeyPair.make().publicKey, KeyPair.make().publicKey]
  keys.add('clients', 'anna', anna)
  const { nameOf } = keys.server('heater')
  expect([nameOf(anna), nameOf(bob)]).toEqual(['anna', null])
  keys.add('clients', 'bob', bob)
  keys.remove('clients', 'anna')
  expect([nameOf(anna), nameOf(bob)]).toEqual(['anna', null])
  clock.advance(1_000)
  expect([nameOf(anna), nameOf(bob)]).toEqual([null, 'bob'])
  keys.add('clients', 'bob', anna)
  clock.advance(1_000)
  expect([nameOf(anna), nameOf(bob)]).toEqual(['bob', null])
  expect([keys.remove('clients', 'bob'), keys.remove('clients', 'bob')]).toEqual([true, false])
})

test('a client whose file is bad stops a start, and later only itself', () => {
  const { path, clock, keys } = start()
  keys.make('heater')
  const anna = KeyPair.make().publicKey
  keys.add('clients', 'anna', anna)
  const curve = keys.server('heater')
  writeFileSync(join(path, 'clients/bad.key'), `public-key = "${'0'.repeat(40)}"`)
  clock.advance(1_000)
  expect(curve.nameOf(anna)).toBe('anna')
  expect(curve.faults?.()).toEqual([expect.stringContaining("bad.key can't be used: 0000") as string])
  expect(() => keys.server('heater')).toThrow('it is a point of low order')
  expect(() => keys.add('clients', 'worse', '0'.repeat(40))).toThrow('it is a point of low order')
  expect(() => keys.add('clients', 'worse', 'short')).toThrow('a public key must be a key of 40 characters')
})

test('a link in the place of a client is replaced and not followed', () => {
  const { path, keys } = start()
  const elsewhere = join(path, 'elsewhere')
  mkdirSync(join(path, 'clients'), { recursive: true })
  writeFileSync(elsewhere, 'untouched')
  symlinkSync(elsewhere, join(path, 'clients/anna.key'))
  keys.add('clients', 'anna', KeyPair.make().publicKey)
  expect(readFileSync(elsewhere, 'utf8')).toBe('untouched')
  expect(keys.list('clients').names.size).toBe(1)
})

test('a client finds the server that it knows', () => {
  const { keys } = start()
  const pair = keys.make('anna')
  const serverKey = KeyPair.make().publicKey
  keys.add('servers', 'heater', serverKey)
  const curve = keys.client('anna', 'heater')
  expect([curve.keys.secretKey, curve.serverKey]).toEqual([pair.secretKey, serverKey])
})

test('the key of a server is that of its file, and a file that can not be used is not passed over', () => {
  const { path, keys } = start()
  const serverKey = KeyPair.make().publicKey
  for (const name of ['heater', 'oven']) keys.add('servers', name, serverKey)
  expect(['heater', 'oven', 'lamp', '../oven', 'registry:lab'].map((name) => keys.serverKey(name))).toEqual([
    ...[serverKey, serverKey],
    ...[null, null, null],
  ])
  writeFileSync(join(path, 'servers/lamp.key'), `public-key = "${'0'.repeat(40)}"`)
  expect(() => keys.serverKey('lamp')).toThrow("lamp.key can't be used: 0000")
})

if (hasPeer) {
  test('pyzmq reads what we write, and we what it writes', () => {
    const { path, keys } = start()
    const pair = keys.make('heater')
    keys.add('clients', 'anna', KeyPair.make().publicKey)
    const script = `
import sys, os, zmq.auth
d = sys.argv[1]
public, secret = zmq.auth.load_certificate(d + '/secret/heater.key_secret')
print(public.decode(), secret.decode(), zmq.auth.load_certificate(d + '/public/heater.key')[0].decode(), len(zmq.auth.load_certificates(d + '/clients')))
os.umask(0o077)
zmq.auth.create_certificates(d + '/secret', 'python')
`
    const said = execFileSync(PYTHON, ['-c', script, path], { encoding: 'utf8' }).trim()
    expect(said).toBe(`${pair.publicKey} ${pair.secretKey} ${pair.publicKey} 1`)
    expect(keys.own('python').publicKey).toHaveLength(40)
  })
}

test('the directory is that of the variable, of root, or of the user', () => {
  expect(defaultKeyDirectory({ DEADBEAT_KEYS: '/k' }, true)).toBe('/k')
  expect(defaultKeyDirectory({}, true)).toBe('/etc/deadbeat/keys')
  expect(defaultKeyDirectory({ HOME: '/home/anna' }, false)).toBe('/home/anna/.config/deadbeat/keys')
  expect(defaultKeyDirectory({ HOME: '/home/anna', XDG_CONFIG_HOME: 'relative' }, false)).toBe(
    '/home/anna/.config/deadbeat/keys',
  )
})
