/** Running an app that can be looked at, steered and reloaded: its train as a service, with its items and their doors. */
import { join } from 'node:path'
import type { MetricsServer } from '../control/metrics-server.js'
import { ControlServer } from '../control/server.js'
import { codeOf, toError } from '../errors/index.js'
import type { Item } from '../items/index.js'
import { Store } from '../items/model/store.js'
import { fillTrainItems } from '../items/train/train-items.js'
import { logger } from '../log/log.js'
import { Train, type Checkpoints, type EventLoop, type TrainOptions } from '../movement/index.js'
import { auditIn, type WriteAudit } from '../rights/audit.js'
import type { Rights } from '../rights/index.js'
import type { Settings } from '../settings/index.js'
import type { CutSettings } from '../stream/cut-config.js'
import { bindSignals } from '../movement/train/signals.js'
import type { App, appBaseConfig } from './app.js'
import { lookAgain, placeOf, type Making, type Prepared, type RunAppOptions } from './prepare.js'
import { makeRuntimeDirectory } from '../files/runtime-directory.js'
import { checkSetting } from './service/check-setting.js'
import { serveItems, type ServedItems } from './serve-items.js'
import { fillDaemonItems } from './service/daemon-items.js'
import { Service } from './service/service.js'

/**
 * Run an app's train, and those that take its place, until the last has ended.
 *
 * @throws Whatever kept it from starting, or stopped it.
 */
export async function serveApp(app: App, prepared: Prepared, options: RunAppOptions, making: Making): Promise<void> {
  const { host, settings, manager } = prepared
  const { esc } = making
  const store = new Store(app.name, esc)
  const place = placeOf(prepared)
  let items: readonly Item[] = []
  let served = null as ServedItems | null
  const fill = (train: Train): void => {
    store.remove(items)
    items = fillTrainItems(store, train, { check: checkSetting })
    void served?.announce()
  }
  const service = new Service({
    ...{ name: app.name, schema: app.schema as typeof appBaseConfig, log: logger, esc, settings },
    gather: () => lookAgain(app, options, prepared),
    make: async (made) => {
      const checkpoints = (isBatch: boolean): Checkpoints => place.of(isBatch, made.train.checkpointSync)
      const cuts = await cutsOf(made.cut, app.name)
      const train = new Train(esc, { ...made.train, name: app.name, log: logger, checkpoints, ...cuts })
      await making.build(train, made)
      if (items.length === 0) {
        // The first one: whoever finds the app over the wire finds its items.
        fill(train)
        served = await serveItems(store, prepared, esc)
      }
      return train
    },
    onTrain: fill,
    onReload: (isOver) => (isOver ? manager?.ready() : manager?.reloading()),
  })
  fillDaemonItems(store, service, host.configFile)
  const metrics = await metricsOf(settings.metrics, store)
  const control = await openControl(prepared, service, store, esc)
  const unbind = bindSignals(esc, service)
  try {
    await metrics?.start()
    await service.run()
  } finally {
    unbind()
    metrics?.close()
    control?.close()
    await served?.stop()
    await place.close()
  }
}

/** The socket of an app's daemon: what its settings say, else NAME.sock in its runtime directory. */
export function controlSocketOf({ settings, host, runtime }: Pick<Prepared, 'settings' | 'host' | 'runtime'>): string {
  return settings.control.socket ?? join(runtime, `${host.name}.sock`)
}

/** Where the train is cut. Loaded only where it is. */
async function cutsOf(settings: CutSettings, app: string): Promise<Pick<TrainOptions, 'cuts'>> {
  if (settings.parts.length === 0) return {}
  const { cutEnds } = await import('../stream/cut.js')
  const cuts = cutEnds(settings, app)
  return cuts === null ? {} : { cuts }
}

/** Loaded only where they are served: node:http would cost every start. */
async function metricsOf(
  settings: Settings<typeof appBaseConfig>['metrics'],
  store: Store,
): Promise<MetricsServer | null> {
  if (settings.listen === null) return null
  const { MetricsServer } = await import('../control/metrics-server.js')
  return new MetricsServer({ store, ...settings })
}

/** Loaded only where there are any. */
async function rightsOf(file: string, esc: EventLoop): Promise<Rights> {
  const { openRights } = await import('../rights/index.js')
  return (await openRights({ file, clock: esc, log: logger })).rights
}

/** Loaded only where it has a file, which is open until the process ends: what was asked last may be under way for so long. */
async function auditOf(file: string | null, esc: EventLoop): Promise<WriteAudit> {
  if (file === null) return auditIn(logger)
  const { openAudit } = await import('../rights/index.js')
  return openAudit(file, { clock: esc, log: logger }).write
}

/** Where nobody asked for a certain one, a run in the foreground does without. */
async function openControl(
  prepared: Prepared,
  service: Service,
  store: Store,
  esc: EventLoop,
): Promise<ControlServer | null> {
  const { settings, host, runtime } = prepared
  const { enabled, socket, mode, rights: file, audit } = settings.control
  if (!enabled) return null
  const path = controlSocketOf(prepared)
  const server = new ControlServer({
    ...{ store, path, mode, audit: await auditOf(audit, esc) },
    rights: file === null ? undefined : await rightsOf(file, esc),
    reload: () => service.reloadNow(),
    stop: () => service.stop(),
  })
  try {
    if (socket === null) makeRuntimeDirectory(host.name, { flag: runtime })
    await server.start()
    return server
  } catch (error) {
    if (socket !== null) throw error
    logger.info({ code: codeOf(error) }, `no control socket: ${toError(error).message}`)
    return null
  }
}
