export { type OidcAdapter, type OidcAdapterOptions, oidcAdapter } from './oidc/create-oidc-adapter.js'
