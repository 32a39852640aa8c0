import { spawnSync } from 'node:child_process'
import { loadedFrom } from '../src/native.js'
import { codeOf, describeNative } from './support.js'

/** A process that sets itself a deadline, and then does something. */
function run(then: string) {
  const source = `const { endAfter } = require(process.argv[1])
    const set = (ms, message, code) => endAfter(ms, Buffer.from(message), code)
    ${then}`
  const options = { encoding: 'utf8', timeout: 60_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', source, loadedFrom ?? ''], options)
  return [status, stdout, stderr]
}

describeNative('a deadline', (native) => {
  test.each([
    ['an endless loop', 'for (;;);'],
    ['a call that waits', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    ['a loop with nothing to do', 'setInterval(() => {}, 60_000)'],
  ])('ends %s, with its message and its code', (_, work) => {
    expect(run(`set(200, "too late: ä\\n", 75); ${work}`)).toEqual([75, '', 'too late: ä\n'])
  })

  test('that is taken back, or set anew, ends nothing', () => {
    const work = 'const end = performance.now() + 300; while (performance.now() < end); console.log("done")'
    expect(run(`set(100, "a", 75); set(0, "", 0); ${work}`)).toEqual([0, 'done\n', ''])
    expect(run(`set(100, "a", 75); set(60_000, "b", 76); ${work}`)).toEqual([0, 'done\n', ''])
    expect(run('set(60_000, "a", 75); set(1, "b", 76); for (;;);')).toEqual([76, '', 'b'])
  })

  test('that is taken back leaves the signal to whoever handles it by now', () => {
    const handler = 'process.on("SIGALRM", () => { console.log("mine"); process.exit() })'
    const work = 'set(0, "", 0); process.kill(process.pid, "SIGALRM"); setInterval(() => {}, 60_000)'
    expect(run(`set(60_000, "a", 75); ${handler}; ${work}`)).toEqual([0, 'mine\n', ''])
  })

  test('is no other thing', () => {
    expect(codeOf(() => native.endAfter(-1, Buffer.from(''), 0))).toBe('ERR_OUT_OF_RANGE')
    expect(codeOf(() => native.endAfter(1, null as never, 0))).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf(() => native.endAfter(1, Buffer.from(''), 'a' as never))).toBe('ERR_INVALID_ARG_TYPE')
  })
})
