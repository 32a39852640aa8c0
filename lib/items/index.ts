/** Items: what a daemon shows and lets others set. */
export type { ItemState } from './model/condition.js'
export { Item } from './model/item.js'
export { ItemError, type ItemErrorCode } from './model/item-error.js'
export type { Description, ItemOptions, Metric } from './model/item-options.js'
export { ownPrincipal, type AskOptions, type ItemRequest } from './model/item-request.js'
export type { CallOptions, Link, LinkState, OnceOptions } from './model/link.js'
export type { CallContext, Method } from './model/method.js'
export type { About, Listener } from './model/publications.js'
export type { Reading } from './model/reading.js'
export { isSameValue, keptValue } from './model/same-value.js'
export {
  Store,
  type PublicationListener,
  type StateListener,
  type StoreListener,
  type StoreOptions,
} from './model/store.js'
export type { Update, UpdatesOptions } from './model/updates.js'
export { maskSecrets } from './model/mask-secrets.js'
export { matches } from './model/wildcard.js'
export { entryOf, optionsOf, type CatalogEntry } from './types/description.js'
export { convert } from './types/units.js'
export { printf } from './types/printf.js'
export type { LabelOf, ValueOf } from './types/value-of.js'
export type { ItemType, Units, ValueRules } from './types/value-rules.js'
export { checkValue, formatValue, ITEM_TYPES, parseValue } from './types/values.js'
export { fillTrainItems, type TrainItemsOptions } from './train/train-items.js'
export { persistBaseConfig, type PersistSettings } from './persist/base-config.js'
export { openPersistence, type OpenPersistenceOptions } from './persist/open-persistence.js'
export { PersistMemory } from './persist/memory.js'
export type { Persistence, Place } from './persist/persistence.js'
export type { PersistOptions } from './persist/persist-options.js'
export { Saver, type SaverOptions } from './persist/saver.js'
export type { SaveState, SaveTimes } from './persist/save-queue.js'
export { DaemonAnnouncer, type AnnouncerOptions } from './discovery/announcer.js'
export { announcerFor, type AnnounceOptions } from './discovery/announcer-for.js'
export {
  addressOf,
  Asking,
  curveFor,
  type AskingOptions,
  type DaemonPlace,
  type Located,
  type Trust,
} from './discovery/asking.js'
export { formatDaemonName, readDaemonName, type DaemonName } from './discovery/daemon-name.js'
export { Directory, type DirectoryOptions, type LocateOptions } from './discovery/directory.js'
export { DiscoveryError, type DiscoveryErrorCode } from './discovery/discovery-error.js'
export type { KnownBlock } from './discovery/known-block.js'
export type { SilentDaemon, Survey } from './discovery/survey.js'
export { RegistryDaemon, type RegistryOptions } from './discovery/registry-daemon.js'
export { DaemonLink, type DaemonLinkOptions } from './remote/daemon-link.js'
export {
  NAMED_STORE_DEFAULTS,
  namedStoreConfig,
  NamedStore,
  requireOneStore,
  type NamedStoreOptions,
} from './remote/named-store.js'
export { openStore, type OpenStoreOptions, type RemoteStore } from './remote/remote-store.js'
export type { Block, ItemDescription, Provenance } from './daemon/block.js'
export type { Announcer, DaemonOptions } from './daemon/daemon-options.js'
export { nameOf } from './daemon/home.js'
export { ItemDaemon, type ItemClass } from './daemon/item-daemon.js'
export { checkItems, readItemFile, type ItemFile } from './daemon/item-file.js'
export { connect, stop, type ConnectOptions } from './proxy/connect.js'
export { expose, type Exposed, type ExposedAttribute, type ExposedMethod, type ExposedPart } from './proxy/exposed.js'
export { currentCall } from './proxy/methods.js'
export type { Manner, ProxyEvents, Remote, Travelled } from './proxy/remote.js'
export type { ErrorClass } from './proxy/revive.js'
export type { RunOptions } from './proxy/runs.js'
export type { MethodDescription, Schema } from './proxy/schema.js'
export { MALACODA_PORTS, serve, type ServeOptions } from './proxy/serve.js'
export { itemsBaseConfig, servingConfig, type ItemsSettings, type ServingSettings } from './daemon/base-config.js'
export {
  optionsFromSettings,
  type DaemonSettings,
  type DaemonSurroundings,
  type OpenedOptions,
} from './daemon/options-from-settings.js'
