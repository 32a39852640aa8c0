/** What an operator may set, described once: the types of configuration inserts and of the settings they give. */

/** The value that each named format gives. A new format is a line here and a line in `lib/conf/formats.ts`. */
export interface FormatValues {
  string: string
  /** A string of at least one character. */
  text: string
  boolean: boolean
  number: number
  /** A whole number, also below zero. */
  int: number
  /** A whole number of at least 0. */
  nat: number
  /** A TCP or UDP port, 0 to 65535. */
  port: number
  /** Milliseconds; written `250`, `'5s'` or `'1h30m'`. */
  duration: number
  /** Bytes; written `65536`, `'64k'` or `'1MiB'`. */
  size: number
  /** A file mode; written `'0640'` or `'640'`, always a string of octal digits. */
  octal: number
  /** A path of the file system, kept as it was written. */
  path: string
  /** Paths or patterns of paths; one string is a list of one. */
  paths: readonly string[]
  /** Strings; one string is a list of one. */
  strings: readonly string[]
  /** A regular expression; written `'^a+$'`, or `'/^a+$/i'` if it needs flags. */
  regexp: RegExp
  /** An IPv4 or IPv6 address. */
  address: string
  /** IPv4 or IPv6 addresses; one string is a list of one. */
  addresses: readonly string[]
  /** A network address with its prefix length: `'192.0.2.0/24'`. */
  network: string
  /** Networks; one string is a list of one, and an address alone is a network of one. */
  networks: readonly string[]
  /** A host with a port; written `'log.example.org:514'`, `'[2001:db8::1]:514'`, or `':514'` for every address of this machine. */
  endpoint: Endpoint
  url: string
  /** The address of a database of kv: `'memory:'`, `'file:/var/lib/app/kv'` or `'etcd://10.0.0.1:2379,10.0.0.2:2379'`. */
  database: string
  /** Any object of the configuration file, as it stands there. */
  object: Readonly<Record<string, unknown>>
}

/** A host with a port. */
export interface Endpoint {
  /** A name or an address; empty for every address of this machine. */
  readonly host: string
  readonly port: number
}

/** The name of a format, or the list of the values that are allowed. */
export type Format = keyof FormatValues | readonly (string | number)[]

/** One setting: what it means, what it may be, and what it is when nobody sets it. */
export interface Entry {
  /** One sentence for the operator, with the unit. */
  readonly doc: string
  /** A `Format`. Without one the default's own type decides. */
  readonly format?: string | readonly (string | number)[]
  /** In any form that an operator may write (`'5s'`); null: not set, and then the setting may be null. No default: it must be set. */
  readonly default?: unknown
  /** The lowest number allowed. */
  readonly min?: number
  /** The highest number allowed. */
  readonly max?: number
  /** Whether it is a secret, whose value is never shown. */
  readonly sensitive?: boolean
  /** Whether it may be changed while the train runs: whoever has it reads it anew at each use, or hears `adjusted`. */
  readonly live?: boolean
}

/** A configuration insert: settings by their names, also in groups. */
export interface Insert {
  readonly [key: string]: Entry | Insert
}

/**
 * Declare a configuration insert, keeping its formats as literal types, so that `Settings` knows enumerations
 * and units. Without this call an insert works too, but then `Settings` sees only the types of its defaults.
 *
 * @example
 * const lampBaseConfig = insert({ colour: { doc: 'Its colour.', format: ['red', 'green'], default: 'red' } })
 * assert.equal(lampBaseConfig.colour.default, 'red')
 */
export function insert<const I extends Insert>(settings: I): I {
  return settings
}

/** The settings that an insert gives: one value a key, of the type of its format; null belongs to it if the default is null. */
export type Settings<I extends Insert> = {
  -readonly [K in keyof I]: I[K] extends Entry ? Value<I[K]> : I[K] extends Insert ? Settings<I[K]> : never
}

type Value<E extends Entry> = Bare<E> | (E extends { readonly default: null } ? null : never)

type Bare<E extends Entry> = E extends { readonly format: infer F }
  ? F extends keyof FormatValues
    ? FormatValues[F]
    : F extends readonly (infer Choice)[]
      ? Choice
      : FromDefault<E>
  : FromDefault<E>

type FromDefault<E> = E extends { readonly default: infer D }
  ? D extends string
    ? string
    : D extends number
      ? number
      : D extends boolean
        ? boolean
        : D extends readonly unknown[]
          ? readonly string[]
          : unknown
  : unknown

/**
 * Every setting of an insert with its path in it, also those within groups.
 *
 * @example
 * const paths = entriesOf({ a: { doc: 'x' }, group: { b: { doc: 'y' } } }).map(({ path }) => path.join('.'))
 * assert.deepEqual(paths, ['a', 'group.b'])
 */
export function entriesOf(settings: Insert, above: readonly string[] = []): { path: string[]; entry: Entry }[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const path = [...above, key]
    return typeof value['doc'] === 'string' ? [{ path, entry: value as Entry }] : entriesOf(value as Insert, path)
  })
}

/**
 * What stands at a path of settings; undefined if nothing does.
 *
 * @example
 * assert.equal(readAt({ edge: { width: 2 } }, ['edge', 'width']), 2)
 */
export function readAt(settings: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], settings)
}

/**
 * Let a value stand at a path of settings.
 *
 * @example
 * const settings = { edge: { width: 2 } }
 * writeAt(settings, ['edge', 'width'], 3)
 * assert.equal(settings.edge.width, 3)
 */
export function writeAt(settings: object, path: readonly string[], value: unknown): void {
  const holder = readAt(settings, path.slice(0, -1)) as Record<string, unknown>
  holder[path.at(-1) as string] = value
}
