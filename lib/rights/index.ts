/** Who may read, set, call and run what. */
export { anonymous, describePrincipal, isSamePrincipal, type Principal } from './principal.js'
export { readRules, type RightsDocument } from './read-rules.js'
export { ForbiddenError, Rights, type RightsOptions } from './rights.js'
export { RIGHTS, type Right, type Rule } from './rule.js'
