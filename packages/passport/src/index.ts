export type { SecurityCodeOptions } from './options.js'
export type { EarnedElevation, SecurityCodePassed, SecurityCodeRefusal } from './outcome.js'
export { SecurityCodeStrategy } from './security-code-strategy.js'
