/** The oldest library that the extension runs on has the types of the newest, as far as tests need them. */
declare module 'oidc-provider912' {
  export * from 'oidc-provider'
}
