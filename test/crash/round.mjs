// One round: input grows and rotates, the daemon is killed and started again, and at the end every line is checked.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FullDisk } from './full-disk.mjs'
import { BEAT } from './notes.mjs'
import { Monitor } from './monitor.mjs'
import { Patience } from './patience.mjs'
import { Reader } from './reader.mjs'
import { Receiver } from './receiver.mjs'

/** How often the outputs are looked at. */
const LOOK_MS = 20
/** For how many records of the reader nothing may come out until what is missing counts as lost; without any, for how long. */
const STALL = { records: 100, ms: 800 }
/** How long it may take in all until everything is out: on a busy machine a reader needs seconds to start. */
const END_MAX_MS = 60_000
/** How long it is waited for what is too much. */
const SURPLUS_MS = 200

const program = (name) => fileURLToPath(new URL(name, import.meta.url))

/** A round of a plan. */
export class Round {
  /** The directory of all of its files. */
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'deadbeat-crash-')))
  faults = []
  kills = 0
  rotations = 0
  #plan
  #store
  #reader
  #monitor
  #generator
  #receiver = new Receiver()
  #disk
  #isGenerating = true
  #isBeating = true
  #isOver = false
  #stall
  #look
  #heard = () => undefined

  /** `hasCheckpoints` says whether the reader makes check-points that it can go on from; `store` is where these are. */
  constructor(plan, hasCheckpoints, store) {
    this.#plan = plan
    this.#store = store
    const { directory } = this
    const round = { ...plan, directory, hasCheckpoints: hasCheckpoints && !plan.isForgetful }
    round.checks = plan.checks.map((check) => ({ ...check, path: join(directory, check.path) }))
    this.#stall = round.hasCheckpoints ? STALL.records : STALL.ms
    this.#reader = new Reader({ ...round, hasCheckpoints }, store)
    this.#monitor = new Monitor(round, store, (id) => this.#tell({ settled: id }))
    this.#disk = new FullDisk(join(directory, 'out'))
  }

  /** Play it. Answers what the checker says. */
  async play() {
    try {
      await this.#prepare()
      await sleep(this.#plan.headStartMs)
      await this.#start()
      for (const event of this.#plan.events) if (this.#isWell) await this.#happen(event)
      await this.#end()
      return this.#isOver ? null : await this.#check()
    } catch (error) {
      this.faults.push(error.stack)
      return null
    }
  }

  /** End whatever runs, at once, and start nothing any more. */
  kill() {
    this.#isOver = true
    clearInterval(this.#look)
    this.#reader.signal('SIGKILL')
    this.#generator?.kill('SIGKILL')
    this.#receiver.stop()
    this.#monitor.end()
  }

  /** End whatever runs, and clear up. The directory stays if it is to be kept. */
  async close(isKept) {
    this.kill()
    await this.#reader.ended
    this.#disk.unmount(isKept)
    if (!isKept) rmSync(this.directory, { recursive: true })
  }

  get #isWell() {
    return this.faults.length === 0 && !this.#isOver
  }

  async #prepare() {
    const { directory } = this
    const { generator, reader, checks, fullDisk } = this.#plan
    for (const [name, value] of Object.entries({ plan: this.#plan, generator, reader, checks }))
      writeFileSync(join(directory, `${name}.json`), JSON.stringify(value, null, 2))
    for (const name of ['in', 'out', 'state']) mkdirSync(join(directory, name))
    if (fullDisk !== null) {
      const reason = this.#disk.mount(fullDisk.freeBytes)
      if (reason !== null) throw new Error(`a small disk must be mounted for this plan: ${reason}`)
      setTimeout(() => this.#disk.relieve(), fullDisk.ms).unref()
    }
    await this.#receiver.start(join(directory, 'socket'), join(directory, 'out', 'received.log'))
    this.#generator = fork(program('generator.mjs'), [directory], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#generator.on('message', (message) => {
      if ('ask' in message) this.#monitor.ask(message.ask)
      if ('rotated' in message) this.rotations += 1
      if ('heard' in message) this.#heard()
      if ('ended' in message) this.#isGenerating = false
      if (message.ended === 'beat') this.#isBeating = false
    })
    this.#generator.on('exit', (code, signal) => {
      if (this.#isBeating && signal !== 'SIGKILL') this.faults.push(`the generator ended with ${code ?? signal}`)
      this.#isGenerating = this.#isBeating = false
      this.#heard()
    })
    this.#look = setInterval(() => this.#monitor.look(), LOOK_MS)
  }

  async #start() {
    const state = join(this.directory, 'state')
    if (this.#plan.isForgetful) {
      rmSync(state, { recursive: true })
      mkdirSync(state)
      this.#store.forget(this.#plan)
    }
    this.#monitor.begin()
    // Known before it begins to read: what is done to the files while it is down is done by then.
    await this.#tellAndWait({ reader: 'up' })
    if (this.#isOver) throw new Error('the round was broken off')
    this.#reader.start()
    this.#tell({ reader: 'up', pid: this.#reader.pid })
  }

  async #happen({ signal, afterMs, pauseMs }) {
    const early = await Promise.race([this.#reader.ended, sleep(afterMs, null)])
    if (early !== null) {
      this.faults.push(`the reader ended by itself with ${early}: ${this.#reader.lastWords}`)
    } else if (signal === 'SIGSTOP') {
      this.#reader.signal('SIGSTOP')
      await sleep(pauseMs)
      this.#reader.signal('SIGCONT')
    } else {
      // One that has not come far enough to hear signals dies of it.
      if (signal === 'SIGTERM') await this.#stop([0, 'SIGTERM'])
      else await this.#reader.kill()
      if (signal === 'SIGKILL') this.kills += 1
      this.#monitor.end()
      await this.#tellAndWait({ reader: 'down' })
      await sleep(pauseMs)
      await this.#start()
    }
  }

  /** Everything that was written must come out, then the reader must stop in order. */
  async #end() {
    while (this.#isGenerating && this.#isWell) await sleep(LOOK_MS)
    this.#disk.relieve()
    const isAllOut = await this.#allOut(BEAT)
    this.#tell({ enough: true })
    while (this.#isBeating && this.#isWell) await sleep(LOOK_MS)
    if (isAllOut) await this.#allOut(null)
    await sleep(SURPLUS_MS)
    if (!this.#reader.isRunning && this.#isWell)
      this.faults.push(`the reader ended by itself with ${await this.#reader.ended}: ${this.#reader.lastWords}`)
    else if (this.#isWell) await this.#stop([0])
    clearInterval(this.#look)
  }

  /** Wait until all that was noted is out, but for one stream; or until nothing more comes. Answers whether it is. */
  async #allOut(but) {
    const endMs = performance.now() + END_MAX_MS
    const patience = new Patience(this.#stall)
    for (;;) {
      this.#monitor.look()
      if (this.#monitor.isComplete(but)) return true
      if (patience.isOver(this.#monitor.progress(but), this.#monitor.now)) return false
      if (!this.#isWell || !this.#reader.isRunning || performance.now() > endMs) return false
      await sleep(LOOK_MS)
    }
  }

  async #stop(allowed) {
    const how = await this.#reader.stop()
    if (allowed.includes(how)) return
    const text = how === null ? 'did not end in time' : `ended with ${how}`
    this.faults.push(
      `asked to stop, the reader must end with ${allowed.join(' or ')}: it ${text}: ${this.#reader.lastWords}`,
    )
  }

  async #check() {
    const child = spawn(process.execPath, [program('checker.mjs'), this.directory], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    const [code] = await once(child, 'close')
    if (code !== 0 && code !== 1) throw new Error(`the checker must end with 0 or 1: it ended with ${code}: ${stderr}`)
    const report = JSON.parse(stdout)
    if (code === 1) this.faults.push(...report.examples)
    return report
  }

  #tell(message) {
    // One that was ended with the round can't be told any more.
    if (this.#generator.connected) this.#generator.send(message, () => undefined)
  }

  /** Tell the generator, and wait until it has heard. */
  #tellAndWait(message) {
    return new Promise((resolve) => {
      this.#heard = resolve
      this.#tell(message)
      if (!this.#generator.connected) resolve()
    })
  }
}
