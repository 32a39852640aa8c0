/** Who may read, set, call and run what. */
export { anonymous, describePrincipal, isSamePrincipal, type Principal } from './principal.js'
