export type { AcrLevel, AcrOf, Demand, IntrospectionOptions, ResourceServerOptions, UsedProofs } from './options.js'
export { type ResourceServer, requireToken, resourceServer } from './resource-server.js'
export type { AccessToken } from './token/access-token.js'
export { tokenOf } from './token-of.js'
