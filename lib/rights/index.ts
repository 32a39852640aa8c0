/** Who may read, set, call and run what. */
export { openRights, rightsBaseConfig, type OpenRights, type OpenRightsOptions } from './open-rights.js'
export { anonymous, describePrincipal, isSamePrincipal, type Principal } from './principal.js'
export { readRules, type RightsDocument } from './read-rules.js'
export { RightsFile, type RulesOptions } from './rights-file.js'
export { RightsInKv } from './rights-in-kv.js'
export { ForbiddenError, Rights, type RightsOptions } from './rights.js'
export { RIGHTS, type Right, type Rule } from './rule.js'
