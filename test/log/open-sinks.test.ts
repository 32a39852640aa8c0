import { expect, test } from '@jest/globals'
import { native } from 'inotify-ts'
import { existsSync, fstatSync } from 'node:fs'
import { join } from 'node:path'
import { FileSink } from '../../lib/log/file-sink.js'
import { isJournal, openSinks, STDERR_SINK } from '../../lib/log/open-sinks.js'
import { withDefaults, type SomeLogSettings } from '../../lib/log/settings.js'
import type { Sink } from '../../lib/log/sink.js'
import { TcpSink } from '../../lib/log/tcp-sink.js'
import { UdpSink } from '../../lib/log/udp-sink.js'
import { unixServer } from '../support/log-servers.js'
import { temporary } from '../support/temporary.js'

const events = () => ({ failing: () => undefined, lost: () => undefined })
const open = (settings: SomeLogSettings, old: ReadonlyMap<string, Sink> = new Map()) =>
  openSinks(withDefaults(settings), 'resolve', old, events)
const closeAll = (...all: ReadonlyMap<string, Sink>[]) =>
  Promise.all(all.flatMap((sinks) => [...sinks.values()].map((sink) => sink.close(0))))

test('where nothing is set it is stderr', () => {
  const sinks = open({})
  expect([...sinks.keys()]).toEqual([STDERR_SINK])
})

test('all that are set are opened, and stderr not', async () => {
  const file = join(temporary(), 'a.log')
  const sinks = open({ file, syslog: { address: 'tcp://127.0.0.1:1' } })
  expect([...sinks.values()].map(({ constructor }) => constructor)).toEqual([TcpSink, FileSink])
  await closeAll(sinks)
})

test('a server of which nothing changed is kept, others and files are opened anew', async () => {
  const file = join(temporary(), 'a.log')
  const settings = { file, syslog: { address: 'udp://127.0.0.1:1' } }
  const first = open(settings)
  const second = open(settings, first)
  const third = open({ ...settings, syslog: { ...settings.syslog, facility: 'local1' } }, second)
  const [one, two, three] = [first, second, third].map((sinks) => [...sinks.values()])
  expect([one?.[0] === two?.[0], one?.[1] === two?.[1], two?.[0] === three?.[0]]).toEqual([true, false, false])
  expect(two?.[0]).toBeInstanceOf(UdpSink)
  await closeAll(first, second, third)
})

test('where one cannot be opened none is, and a wrong address comes first', () => {
  const file = join(temporary(), 'a.log')
  expect(() => open({ file, syslog: { address: 'log' } })).toThrow('log.syslog.address must be')
  expect(existsSync(file)).toBe(false)
  expect(() => open({ file: '/nowhere/a.log', syslog: { address: 'udp://127.0.0.1:1' } })).toThrow('/nowhere/a.log')
})

if (native !== null) {
  test('a Unix socket gets the local form or RFC 5424, the journal its fields', async () => {
    const path = join(temporary(), 'log')
    const server = unixServer(path)
    const line = '{"level":"info","time":"2026-01-02T03:04:05.678Z","msg":"m","n":1}\n'
    for (const settings of [
      { syslog: { address: path } },
      { syslog: { address: path, format: 'rfc5424' as const }, name: 'other' },
      { journal: path },
    ]) {
      const sinks = open(settings)
      for (const sink of sinks.values()) sink.write(line)
      await closeAll(sinks)
    }
    const [local, rfc, journal] = server.drain().map(String)
    server.close()
    expect(local).toMatch(/^<30>Jan .* resolve\[\d+\]: m n=1$/)
    expect(rfc).toMatch(/^<30>1 2026-01-02T03:04:05\.678Z \S+ other \d+ - \[deadbeat@32473 n="1"\] m$/)
    expect(journal).toMatch(/^MESSAGE=m\nPRIORITY=6\nSYSLOG_IDENTIFIER=resolve\nSYSLOG_PID=\d+\nN=1\n$/)
  })
}

test('stderr is the journal if systemd says so of just this descriptor', () => {
  const { dev, ino } = fstatSync(2)
  expect([isJournal(2, `${dev}:${ino}`), isJournal(2, `${dev}:${ino + 1}`), isJournal(2, undefined)]).toEqual([
    ...[true, false, false],
  ])
  expect(isJournal(99_999, `${dev}:${ino}`)).toBe(false)
})
