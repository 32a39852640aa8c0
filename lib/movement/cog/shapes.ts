/** Plain functions as cogs that say what they are, so that the engine can go faster. */
import { requireAtLeast } from '../../errors/index.js'
import type { Turn } from './cog.js'

/** A function cog that gives exactly one datum for each. */
export interface OneCog<In, Out> {
  (data: In): [Out]
  readonly one: (data: In) => Out
}

/** A function cog that keeps or swallows. */
export interface KeepCog<In, Out extends In = In> {
  (data: In): [Out] | null
  readonly test: (data: In) => boolean
}

/** How an asynchronous cog runs. */
export interface AsyncOptions {
  /** Whether results leave in the order in which data came. */
  readonly ordered: boolean
  /** How many turns may be under way. */
  readonly concurrencyMax: number
}

/** A function cog that may answer with a promise. */
export interface AsyncCog<In, Out> extends AsyncOptions {
  (data: In): Turn<Out>
}

/** What an asynchronous cog does if it says nothing: results in order, at most 16 under way. */
export const ASYNC_DEFAULTS: AsyncOptions = { ordered: true, concurrencyMax: 16 }

/**
 * A cog from a function that gives exactly one datum for each.
 *
 * @example
 * const double = one((n: number) => n * 2)
 * assert.deepEqual(double(4), [8])
 */
export function one<In, Out>(fn: (data: In) => Out): OneCog<In, Out> {
  return named(
    fn,
    Object.assign((data: In): [Out] => [fn(data)], { one: fn }),
  )
}

/**
 * A cog from a predicate: what passes goes on, the rest is swallowed.
 *
 * @example
 * const even = keepIf((n: number) => n % 2 === 0)
 * assert.deepEqual(even(4), [4])
 * assert.equal(even(3), null)
 */
export function keepIf<In, Out extends In>(fn: (data: In) => data is Out): KeepCog<In, Out>
export function keepIf<In>(fn: (data: In) => boolean): KeepCog<In>
export function keepIf<In>(fn: (data: In) => boolean): KeepCog<In> {
  return named(
    fn,
    Object.assign((data: In): [In] | null => (fn(data) ? [data] : null), { test: fn }),
  )
}

/** An asynchronous cog whose results leave in the order in which data came. An `async` function needs no wrapping. */
export function ordered<In, Out>(
  fn: (data: In) => Turn<Out>,
  options: { concurrencyMax?: number } = {},
): AsyncCog<In, Out> {
  return asynchronous(fn, { ...ASYNC_DEFAULTS, ...options, ordered: true })
}

/** An asynchronous cog whose results leave as they come. */
export function unordered<In, Out>(
  fn: (data: In) => Turn<Out>,
  options: { concurrencyMax?: number } = {},
): AsyncCog<In, Out> {
  return asynchronous(fn, { ...ASYNC_DEFAULTS, ...options, ordered: false })
}

function asynchronous<In, Out>(fn: (data: In) => Turn<Out>, options: AsyncOptions): AsyncCog<In, Out> {
  requireAtLeast(1, options, 'concurrencyMax')
  return named(
    fn,
    Object.assign((data: In) => fn(data), options),
  )
}

function named<F extends object>(from: { readonly name: string }, cog: F): F {
  return Object.defineProperty(cog, 'name', { value: from.name })
}
