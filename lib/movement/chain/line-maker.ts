/** The types of `train.line`: each stage is given what the one before it gives, for up to sixteen stages. */
import type { First, Last, Line, Stage } from './line.js'

/** Couples stages into a line; longer lines are made of several, with `to`. */
export interface LineMaker {
  <In, A>(first: First<In, A>): Line<In, A>
  <In, A, B>(s1: First<In, A>, s2: Last<A, B>): Line<In, B>
  <In, A, B, C>(s1: First<In, A>, s2: Stage<A, B>, s3: Last<B, C>): Line<In, C>
  <In, A, B, C, D>(s1: First<In, A>, s2: Stage<A, B>, s3: Stage<B, C>, s4: Last<C, D>): Line<In, D>
  <In, A, B, C, D, E>(s1: First<In, A>, s2: Stage<A, B>, s3: Stage<B, C>, s4: Stage<C, D>, s5: Last<D, E>): Line<In, E>
  <In, A, B, C, D, E, F>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Last<E, F>,
  ): Line<In, F>
  <In, A, B, C, D, E, F, G>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Last<F, G>,
  ): Line<In, G>
  <In, A, B, C, D, E, F, G, H>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Last<G, H>,
  ): Line<In, H>
  <In, A, B, C, D, E, F, G, H, I>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Last<H, I>,
  ): Line<In, I>
  <In, A, B, C, D, E, F, G, H, I, J>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Last<I, J>,
  ): Line<In, J>
  <In, A, B, C, D, E, F, G, H, I, J, K>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Stage<I, J>,
    s11: Last<J, K>,
  ): Line<In, K>
  <In, A, B, C, D, E, F, G, H, I, J, K, L>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Stage<I, J>,
    s11: Stage<J, K>,
    s12: Last<K, L>,
  ): Line<In, L>
  <In, A, B, C, D, E, F, G, H, I, J, K, L, M>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Stage<I, J>,
    s11: Stage<J, K>,
    s12: Stage<K, L>,
    s13: Last<L, M>,
  ): Line<In, M>
  <In, A, B, C, D, E, F, G, H, I, J, K, L, M, N>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Stage<I, J>,
    s11: Stage<J, K>,
    s12: Stage<K, L>,
    s13: Stage<L, M>,
    s14: Last<M, N>,
  ): Line<In, N>
  <In, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Stage<I, J>,
    s11: Stage<J, K>,
    s12: Stage<K, L>,
    s13: Stage<L, M>,
    s14: Stage<M, N>,
    s15: Last<N, O>,
  ): Line<In, O>
  <In, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P>(
    s1: First<In, A>,
    s2: Stage<A, B>,
    s3: Stage<B, C>,
    s4: Stage<C, D>,
    s5: Stage<D, E>,
    s6: Stage<E, F>,
    s7: Stage<F, G>,
    s8: Stage<G, H>,
    s9: Stage<H, I>,
    s10: Stage<I, J>,
    s11: Stage<J, K>,
    s12: Stage<K, L>,
    s13: Stage<L, M>,
    s14: Stage<M, N>,
    s15: Stage<N, O>,
    s16: Last<O, P>,
  ): Line<In, P>
}
