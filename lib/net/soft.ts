/** Packages that only some cogs need: they are loaded when such a cog starts. */
import { DeadbeatError, codeOf } from '../errors/index.js'

/**
 * Load a package, or say how it is installed.
 *
 * @throws {DeadbeatError} ERR_MISSING_PACKAGE if it isn't there.
 * @example
 * const load = () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' }))
 * await assert.rejects(loadSoft('MqttDrain', 'mqtt-packet', load), /MqttDrain needs a package .*: npm install mqtt-packet/)
 */
export async function loadSoft<Module>(cog: string, name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    const message = `${cog} needs a package that is not there: npm install ${name}`
    throw new DeadbeatError('ERR_MISSING_PACKAGE', message, { cause: error })
  }
}
