import { faultsOfIdea } from '../../lib/text/idea.js'

const MESSAGE = {
  Format: 'IDEA0',
  ID: '4390fc3f-c753-4a3e-bc83-1b44f24baf75',
  CreateTime: '2026-11-21T09:00:02Z',
  DetectTime: '2026-11-21T09:00:00.5+01:00',
  WinStartTime: '2026-11-21 08:55:00Z',
  WinEndTime: '2026-11-21T09:00:00Z',
  EventTime: '2026-11-21T08:58:00Z',
  Category: ['Attempt.Login', 'Test'],
  Ref: ['cve:CVE-2026-1234', 'https://www.example.org/'],
  Confidence: 0.5,
  Description: 'SSH login attempts',
  ConnCount: 20,
  Source: [
    {
      ...{ Type: ['Phishing'], IP4: ['192.0.2.7', '192.0.2.8-192.0.2.20', '198.51.100.0/24'], IP6: ['2001:db8::/32'] },
      ...{
        Hostname: ['ruby.example.org'],
        URL: ['https://ruby.example.org/a'],
        Proto: ['tcp', 'ssh'],
        Port: [22, 65535],
      },
      ...{
        MAC: ['00:11:22:aa:bb:cc'],
        Netname: ['ripe:EXAMPLE-NET'],
        ASN: [64496],
        AttachHand: ['att1'],
        Spoofed: false,
      },
    },
  ],
  Target: [{ Email: ['anna@example.org'], Anonymised: true }],
  Attach: [
    {
      ...{ Handle: 'att1', FileName: ['killemall'], Type: ['Malware'], ContentType: 'application/octet-stream' },
      ...{ Hash: ['sha1:0c4a38c3569f0cc632e74f4c'], Size: 46, ContentEncoding: 'base64', Content: 'Xg==' },
    },
  ],
  Node: [{ Name: 'org.example.sensor-1', SW: ['Kippo'], AggrWin: '1D00:05:00.5', Type: ['Protocol', 'Honeypot'] }],
  _Example: { Own: 1 },
}

test('a message with everything is good', () => {
  expect(faultsOfIdea(MESSAGE)).toEqual([])
})

test.each([
  [{ Format: 'IDEA1' }, '/Format must be IDEA0: it is "IDEA1"'],
  [{ ID: 'a b' }, '/ID must be an id of letters, digits, dots, dashes and underscores: it is "a b"'],
  [{ DetectTime: '2026-11-21' }, '/DetectTime must be a time as RFC 3339 has it: it is "2026-11-21"'],
  [{ Category: 'Test' }, '/Category must be a list: it is "Test"'],
  [{ Category: [] }, '/Category must not be empty'],
  [{ Category: ['Login!'] }, '/Category/0 must be a tag such as Recon.Scanning: it is "Login!"'],
  [{ ConnCount: -1 }, '/ConnCount must be a whole number of at least 0: it is -1'],
  [{ Confidence: 2 }, '/Confidence must be a number from 0 to 1: it is 2'],
  [{ Source: [7] }, '/Source/0 must be an object: it is 7'],
  [
    { Source: [{ IP4: ['2001:db8::1'] }] },
    '/Source/0/IP4/0 must be an IPv4 address, network or range: it is "2001:db8::1"',
  ],
  [
    { Source: [{ IP4: ['192.0.2.0/33'] }] },
    '/Source/0/IP4/0 must be an IPv4 address, network or range: it is "192.0.2.0/33"',
  ],
  [
    { Target: [{ IP6: ['192.0.2.1'] }] },
    '/Target/0/IP6/0 must be an IPv6 address, network or range: it is "192.0.2.1"',
  ],
  [{ Target: [{ Port: ['22'] }] }, '/Target/0/Port/0 must be a port: it is "22"'],
  [{ Node: [{ Name: '1a' }] }, '/Node/0/Name must be a name such as org.example.sensor: it is "1a"'],
  [
    { Attach: [{ Hash: ['x'] }] },
    '/Attach/0/Hash/0 must be a hash such as sha1:794467071687f7c59d033f4de5ece6b46415b633: it is "x"',
  ],
  [{ note: 'x' }, '/note must be written Note'],
  [{ own: 1, Own: 2 }, '/Own is there twice, with other capitals'],
])('%j is a fault', (change, fault) => {
  expect(faultsOfIdea({ ...MESSAGE, ...change })).toEqual([fault])
})

test('four keys must be there', () => {
  expect(faultsOfIdea({})).toEqual([
    '/Format is missing',
    '/ID is missing',
    '/DetectTime is missing',
    '/Category is missing',
  ])
  expect(faultsOfIdea([])).toEqual(['the message must be an object: it is []'])
})

test('tells no more than 20 faults of a message, however large', () => {
  expect(faultsOfIdea({ ...MESSAGE, Source: Array.from({ length: 100_000 }, () => 7) })).toHaveLength(20)
})

test('a name that objects inherit is a key of somebody', () => {
  const message = { ...MESSAGE, ...(JSON.parse('{"constructor":1}') as object) }
  expect(faultsOfIdea(Object.assign(message, { toString: 1 }))).toEqual([])
})
