// node --import from-source.mjs: modules of the sources can be loaded, for what no door of the package leads to.
import { register } from 'node:module'

register(new URL('../../dist/lib/app/typescript/hooks.js', import.meta.url))
