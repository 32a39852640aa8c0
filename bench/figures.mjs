// The figures, in the order of the goals. Each module exports `run(options)`, which answers a list of measurements, the
// first of them the figure itself, and `goals`.
export const figures = {
  chain: './chain/figure.mjs',
  file: './file/figure.mjs',
  latency: './latency/figure.mjs',
  idle: './idle/figure.mjs',
  start: './start/figure.mjs',
  fd: './fd/figure.mjs',
  inotify: './inotify/figure.mjs',
  timers: './timers/figure.mjs',
  kv: './kv/figure.mjs',
  items: './items/figure.mjs',
  runner: './runner/figure.mjs',
  broker: './broker/figure.mjs',
}
