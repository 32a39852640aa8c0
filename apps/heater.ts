// An instrument: a heater behind a controller on a socket. Run it with `node heater.js --heater.simulate`, then
// `deadbeat set heater.power On`, `deadbeat set heater.setpoint 45`, and `deadbeat watch heater.temperature --until '>= 45'`.
import { fileURLToPath } from 'node:url'
import { Escapement, SystemClock, insert, stderrLogger as log } from 'deadbeat'
import { runProgram, stateDirectory } from 'deadbeat/app'
import { gather } from 'deadbeat/conf'
import { optionsFromSettings, persistBaseConfig, readItemFile, serve, servingConfig } from 'deadbeat/items'
import { Controller } from './heater/controller.js'
import { HeaterDaemon } from './heater/heater-daemon.js'
import { SimulatedController } from './heater/simulated-controller.js'

const heaterBaseConfig = insert({
  controller: { doc: 'Where the controller listens.', format: 'endpoint', default: '127.0.0.1:5025' },
  answerMs: { doc: 'How long it may take to answer.', format: 'duration', min: 1, default: 500 },
  pollMs: { doc: 'How often it is asked, and the ramp makes a step.', format: 'duration', min: 1, default: 1000 },
  simulate: { doc: 'Whether a simulated one listens there.', format: 'boolean', default: false },
  lagMs: { doc: 'How slowly the simulated one heats.', format: 'duration', min: 1, default: 2000 },
})

async function main(): Promise<void> {
  const { heater, ...serving } = gather({ heater: heaterBaseConfig, items: servingConfig, persist: persistBaseConfig })
  const esc = Escapement.instance
  const opened = await optionsFromSettings(serving, { esc, log, stateDirectory: stateDirectory('heater') })
  const simulated = heater.simulate ? new SimulatedController({ clock: new SystemClock(), lagMs: heater.lagMs }) : null
  const at = (await simulated?.listen(heater.controller)) ?? heater.controller
  const controller = new Controller({ at, answerMs: heater.answerMs, esc })
  const daemon = new HeaterDaemon('heater', 'main', { controller, pollMs: heater.pollMs })
  const file = new URL('config/heater.items.json', import.meta.resolve('deadbeat/package.json'))
  await serve(daemon, { ...opened.options, items: readItemFile(fileURLToPath(file)) })
  await simulated?.close()
  await opened.close()
}

if (process.argv[1] === import.meta.filename) await runProgram('heater', main)
