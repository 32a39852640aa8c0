/** Rules as people write them, in a file, in settings or in kv. */
import { ConfigError, describeValue } from '../errors/index.js'
import { RIGHTS, WHO_FORMS, cut, patternOf, whoOf, type Right, type Rule, type Who } from './rule.js'

/** How many rules there may be, and how many names or patterns in one list: all are looked at for each request. */
const LIST_MAX = 1_000
const PATTERN_CHARACTERS_MAX = 256

/**
 * Rights as they are written; each list may be one text.
 *
 *     groups:
 *       operators: [key anna, uid 1000]
 *     rules:
 *       - { who: group operators, may: [read, set, call], on: heater.* }
 *       - { who: anyone, may: read, on: heater.temperature }
 */
export interface RightsDocument {
  readonly groups?: Readonly<Record<string, string | readonly string[]>>
  readonly rules?: readonly {
    readonly who: string | readonly string[]
    readonly may: Right | readonly Right[]
    readonly on: string | readonly string[]
  }[]
}

/**
 * Read a document of rights.
 *
 * @param placeOf Where a key stands, for messages: `rights.yaml:3`.
 * @throws {ConfigError} With everything that is wrong with it.
 * @example
 * assert.equal(readRules({ rules: [{ who: 'uid 7', may: 'read', on: '*' }] }).length, 1)
 * assert.throws(() => readRules({ rules: [{ who: 'bob', may: 'read', on: '*' }] }), /rules\[0\]\.who must be anyone, /)
 */
export function readRules(document: unknown, placeOf: (keys: readonly string[]) => string = () => ''): readonly Rule[] {
  const reader = new Reader(placeOf)
  const rules = reader.read(document)
  if (reader.faults.length > 0) throw new ConfigError(reader.faults)
  return rules
}

class Reader {
  readonly faults: string[] = []
  private readonly placeOf: (keys: readonly string[]) => string
  private readonly groups = new Map<string, readonly Who[]>()

  constructor(placeOf: (keys: readonly string[]) => string) {
    this.placeOf = placeOf
  }

  read(document: unknown): readonly Rule[] {
    const whole = this.object(document, 'rights', [], ['groups', 'rules'])
    if (whole === null) return []
    const groups = this.object(whole['groups'] ?? {}, 'groups', ['groups'])
    for (const [name, members] of Object.entries(groups ?? {})) {
      const keys = ['groups', name]
      this.groups.set(
        name,
        this.texts(members, `groups.${name}`, keys).flatMap((text) => this.who(text, `groups.${name}`, keys)),
      )
    }
    const rules = whole['rules'] ?? []
    if (Array.isArray(rules) && rules.length <= LIST_MAX) return rules.map((rule, k) => this.rule(rule, `rules[${k}]`))
    this.fault(['rules'], `rules must be a list of at most ${LIST_MAX}: it is ${describeValue(rules)}`)
    return []
  }

  private rule(given: unknown, name: string): Rule {
    const keys = ['rules']
    const rule = this.object(given, name, keys, ['who', 'may', 'on'])
    if (rule === null) return { who: [], may: new Set(), on: [] }
    const list = (key: string): string[] => this.texts(rule[key], `${name}.${key}`, keys)
    const may = list('may').filter((right): right is Right => {
      const isRight = (RIGHTS as readonly string[]).includes(right)
      if (!isRight) this.fault(keys, `${name}.may must be of ${RIGHTS.join(', ')}: it has ${describeValue(right)}`)
      return isRight
    })
    const on = list('on')
    for (const pattern of on) {
      if (pattern !== '' && pattern.length <= PATTERN_CHARACTERS_MAX) continue
      const rule = `must be patterns of 1 to ${PATTERN_CHARACTERS_MAX} characters`
      this.fault(keys, `${name}.on ${rule}: it has ${describeValue(pattern)}`)
    }
    const who = list('who').flatMap((text) => this.members(text, `${name}.who`, keys))
    return { who, may: new Set(may), on: on.map(patternOf) }
  }

  /** Whom a rule's `who` means: it may name a group. */
  private members(text: string, name: string, keys: readonly string[]): readonly Who[] {
    const [kind, group = ''] = cut(text)
    if (kind !== 'group') return this.who(text, name, keys)
    const members = this.groups.get(group)
    if (members === undefined) {
      const known = this.groups.size === 0 ? 'none' : [...this.groups.keys()].join(', ')
      this.fault(keys, `${name} must name a group of groups (${known}): it is ${describeValue(text)}`)
    }
    return members ?? []
  }

  private who(text: string, name: string, keys: readonly string[]): readonly Who[] {
    const who = whoOf(text)
    if (who === null) this.fault(keys, `${name} must be ${WHO_FORMS}: it is ${describeValue(text)}`)
    return who === null ? [] : [who]
  }

  private texts(given: unknown, name: string, keys: readonly string[]): string[] {
    const list: readonly unknown[] = Array.isArray(given) ? given : [given]
    if (list.length >= 1 && list.length <= LIST_MAX && list.every((text) => typeof text === 'string')) return [...list]
    this.fault(keys, `${name} must be a text or a list of 1 to ${LIST_MAX} texts: it is ${describeValue(given)}`)
    return []
  }

  private object(given: unknown, name: string, keys: readonly string[], known?: readonly string[]): Known | null {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      this.fault(keys, `${name} must be an object: it is ${describeValue(given)}`)
      return null
    }
    for (const key of Object.keys(given)) {
      if (known?.includes(key) !== false) continue
      this.fault([...keys, key], `${name} must have ${known.join(', ')} only: it has ${describeValue(key)}`)
    }
    return given as Known
  }

  private fault(keys: readonly string[], message: string): void {
    const place = this.placeOf(keys)
    this.faults.push(place === '' ? message : `${place}: ${message}`)
  }
}

type Known = Readonly<Record<string, unknown>>
