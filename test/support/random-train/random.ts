export { Random } from '../../../lib/testing/check/random.js'
