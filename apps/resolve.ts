// Watch log files with IP addresses, and write each address with its host name.
import { itemGetter, itemSetter } from 'deadbeat'
import { app } from 'deadbeat/app'
import { ExtractIp, extractIpBaseConfig } from 'deadbeat/cogs/extract-ip'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'
import { ResolveHostnames, resolveBaseConfig } from 'deadbeat/cogs/resolve-hostnames'

interface Entry {
  id: string
  line: string
  ip?: string
  host?: string
}

export default app({
  name: 'resolve',
  doc: 'Watch log files with IP addresses, and write each address with its host name.',
  config: {
    input: fileWatcherBaseConfig,
    extract: extractIpBaseConfig,
    dns: resolveBaseConfig,
    output: lineDrainBaseConfig,
  },
  build(train, cfg) {
    train.line(
      new FileWatcherSupply<Entry>(train, { ...cfg.input, lineSetter: itemSetter('line'), idSetter: itemSetter('id') }),
      new ExtractIp<Entry>(train, { ...cfg.extract, getter: itemGetter('line'), setter: itemSetter('ip') }),
      new ResolveHostnames<Entry>(train, { ...cfg.dns, getter: itemGetter('ip'), setter: itemSetter('host') }),
      ({ ip, host }: Entry) => (ip === undefined ? null : [`${ip} ${host ?? '-'}`]),
      new LineDrain(train, cfg.output),
    )
  },
})
