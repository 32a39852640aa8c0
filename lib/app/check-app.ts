/** Looking at an app without running it: are its settings right, and what train would it be? */
import { logger } from '../log/log.js'
import { describePlan } from '../movement/chain/describe-plan.js'
import type { Plan } from '../movement/chain/plan.js'
import { Escapement, Train } from '../movement/index.js'
import type { App, Host } from './app.js'
import { findSettings, type FoundSettings, type SettingSources } from './find-settings.js'
import { stateDirectory } from '../files/state-directory.js'

/** What a check found. */
export interface Checked extends Pick<FoundSettings, 'file' | 'warnings'> {
  /** The train's lines in the order of flow, each as the names of what stands in it. */
  readonly lines: readonly (readonly string[])[]
  readonly plan: Plan
}

/**
 * Find an app's settings and build its train, as a run would; then look at it. Nothing is opened, written or bound: the
 * log goes to stderr, and the state directory is only named.
 *
 * @throws {ConfigError} If a setting is wrong.
 * @throws {TrainError} If the train can't be built as it is composed; or whatever the app throws while it composes.
 */
export async function checkApp(app: App, sources: SettingSources): Promise<Checked> {
  const { settings, file, stateDir, warnings } = findSettings(app, sources)
  const { name } = app
  const { env = process.env } = sources
  const host: Host = {
    name,
    log: logger,
    configFile: file,
    sockets: [],
    stateDirectory: () => stateDirectory(name, { flag: stateDir, env }),
  }
  const train = new Train(Escapement.instance, { ...settings.train, name, log: logger })
  await app.build(train, settings as never, host)
  const plan = train.wind()
  return { file, warnings, lines: describePlan(plan), plan }
}
