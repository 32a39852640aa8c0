/**
 * IDEA, the Intrusion Detection Extensible Alert (https://idea.cesnet.cz): what a message of its version 0 must be.
 *
 * A message is an object of two levels: its own keys, and lists of sources, targets, attachments and nodes. Keys that
 * the definition doesn't know are free for everybody's own use, and are let be.
 */
import { isIP } from 'node:net'
import { describeValue } from '../errors/index.js'

/** What a value must be; null if it is, else the rule. */
type Rule = (value: unknown) => string | null

const text: Rule = (value) => (typeof value === 'string' ? null : 'text')
const flag: Rule = (value) => (typeof value === 'boolean' ? null : 'true or false')
const count: Rule = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? null : 'a whole number of at least 0'
const share: Rule = (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? null : 'a number from 0 to 1')

const like =
  (pattern: RegExp, rule: string): Rule =>
  (value) =>
    typeof value === 'string' && value.length <= 8192 && pattern.test(value) ? null : rule

const version = like(/^IDEA0$/, 'IDEA0')
const id = like(/^[\w.-]+$/, 'an id of letters, digits, dots, dashes and underscores')
const time: Rule = (value) =>
  like(/^\d{4}-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-5]\d:[0-6]\d(?:\.\d+)?(?:[Zz]|[+-][0-2]\d:[0-5]\d)$/, '')(value) === null
    ? null
    : 'a time as RFC 3339 has it'
const duration = like(/^(?:\d+[Dd])?[0-2]?\d:[0-5]\d:[0-5]\d(?:\.\d+)?$/, 'a duration such as 1D12:30:00')
const tag = like(/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/, 'a tag such as Recon.Scanning')
const word = like(/^[\w.-]+$/, 'a word of letters, digits, dots, dashes and underscores')
const nodeName = like(/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/, 'a name such as org.example.sensor')
const handle = like(/^[\w-]+$/, 'a handle of letters, digits, dashes and underscores')
const mac = like(/^(?:[\dA-Fa-f]{2}:){5}[\dA-Fa-f]{2}$/, 'a hardware address')
const netName = like(/^[A-Za-z0-9-]+:\S+$/, 'a name such as ripe:EXAMPLE-NET')
const uri = like(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, 'a URI')
const hash = like(/^[\w-]+:[\dA-Fa-f]+$/, 'a hash such as sha1:794467071687f7c59d033f4de5ece6b46415b633')
const port: Rule = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535 ? null : 'a port'
const protocol = like(/^[A-Za-z0-9._+-]+$/, 'the name of a protocol')
const mediaType = like(/^[\w.+-]+\/[\w.+-]+$/, 'a media type')
const network4 = network(4, 32)
const network6 = network(6, 128)

/** An address, a network with its prefix length, or two addresses with a dash between them. */
function network(family: 4 | 6, bitsMax: number): Rule {
  return (value) => {
    const isAddress = (part: string | undefined) => part !== undefined && isIP(part) === family
    const [, address = '', rest = ''] = typeof value === 'string' ? (/^([\da-fA-F.:]+)(.*)$/.exec(value) ?? []) : []
    const isGood =
      isAddress(address) &&
      (rest === '' ||
        (/^\/\d{1,3}$/.test(rest) && Number(rest.slice(1)) <= bitsMax) ||
        (rest.startsWith('-') && isAddress(rest.slice(1))))
    return isGood ? null : `an IPv${family} address, network or range`
  }
}

/** A key of a message: the rule of its value or of each item of its list, or the keys of each object in its list. */
type Field = { readonly one: Rule } | { readonly each: Rule } | { readonly objects: Fields }
type Fields = Readonly<Record<string, Field>>

const one = (rule: Rule): Field => ({ one: rule })
const each = (rule: Rule): Field => ({ each: rule })

const PEER: Fields = {
  ...{ Type: each(tag), Hostname: each(text), IP4: each(network4), IP6: each(network6), MAC: each(mac) },
  ...{ Port: each(port), Proto: each(protocol), URL: each(uri), Email: each(text), Netname: each(netName) },
  ...{ AttachHand: each(handle), Note: one(text), Spoofed: one(flag), Imprecise: one(flag), Anonymised: one(flag) },
  ...{ ASN: each(count), Router: each(text), Ref: each(uri) },
}

const MESSAGE: Fields = {
  ...{ Format: one(version), ID: one(id), AltNames: each(text) },
  ...{ CorrelID: each(id), AggrID: each(id), PredID: each(id), RelID: each(id) },
  ...{ CreateTime: one(time), DetectTime: one(time), EventTime: one(time), CeaseTime: one(time) },
  ...{ WinStartTime: one(time), WinEndTime: one(time) },
  ...{ ConnCount: one(count), FlowCount: one(count), PacketCount: one(count), ByteCount: one(count) },
  ...{ Category: each(tag), Ref: each(uri), Confidence: one(share), Description: one(text), Note: one(text) },
  Source: { objects: PEER },
  Target: { objects: PEER },
  Attach: {
    objects: {
      ...{ Handle: one(handle), FileName: each(text), Type: each(tag), Hash: each(hash), Size: one(count) },
      ...{ Ref: each(uri), Note: one(text), ContentType: one(mediaType), ContentCharset: one(word) },
      ...{ ContentEncoding: one(word), Content: one(text), ContentID: each(text), ExternalURI: each(uri) },
    },
  },
  Node: {
    objects: {
      ...{ Name: one(nodeName), Type: each(tag), SW: each(text), AggrWin: one(duration), Note: one(text) },
    },
  },
}

const MANDATORY = ['Format', 'ID', 'DetectTime', 'Category']
/** Enough to see what is wrong, however large a message is. */
const FAULTS_MAX = 20

/**
 * What is wrong with a message; nothing for a good one. At most 20 faults.
 *
 * @example
 * const message = { Format: 'IDEA0', ID: 'a1', DetectTime: '2026-11-21T09:00:00Z', Category: ['Recon.Scanning'] }
 * assert.deepEqual(faultsOfIdea(message), [])
 * assert.deepEqual(faultsOfIdea({ ...message, Source: [{ IP4: ['nowhere'] }] }),
 *   ['/Source/0/IP4/0 must be an IPv4 address, network or range: it is "nowhere"'])
 */
export function faultsOfIdea(message: unknown): string[] {
  const faults: string[] = []
  if (!isObject(message)) return [`the message must be an object: it is ${describeValue(message)}`]
  for (const key of MANDATORY) if (!Object.hasOwn(message, key)) faults.push(`/${key} is missing`)
  checkObject(message, MESSAGE, '', faults)
  if (Array.isArray(message.Category) && message.Category.length === 0) faults.push('/Category must not be empty')
  return faults.slice(0, FAULTS_MAX)
}

function checkObject(object: Record<string, unknown>, fields: Fields, where: string, faults: string[]): void {
  const known = new Map(Object.keys(fields).map((key) => [key.toLowerCase(), key]))
  const seen = new Set<string>()
  for (const [key, value] of Object.entries(object)) {
    if (faults.length >= FAULTS_MAX) return
    const lower = key.toLowerCase()
    if (seen.has(lower)) faults.push(`${where}/${key} is there twice, with other capitals`)
    seen.add(lower)
    const name = known.get(lower)
    if (name === undefined) continue
    if (name !== key) faults.push(`${where}/${key} must be written ${name}`)
    else checkField(value, fields[name] as Field, `${where}/${key}`, faults)
  }
}

function checkField(value: unknown, field: Field, where: string, faults: string[]): void {
  if ('one' in field) checkValue(value, field.one, where, faults)
  else if (!Array.isArray(value)) faults.push(`${where} must be a list: it is ${describeValue(value)}`)
  else {
    for (let i = 0; i < value.length && faults.length < FAULTS_MAX; i++) {
      const item: unknown = value[i]
      if ('each' in field) checkValue(item, field.each, `${where}/${i}`, faults)
      else if (isObject(item)) checkObject(item, field.objects, `${where}/${i}`, faults)
      else faults.push(`${where}/${i} must be an object: it is ${describeValue(item)}`)
    }
  }
}

function checkValue(value: unknown, rule: Rule, where: string, faults: string[]): void {
  const broken = rule(value)
  if (broken !== null) faults.push(`${where} must be ${broken}: it is ${describeValue(value)}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
