declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterFactory } from 'oidc-provider'

  /** A memory of its own; the types of oidc-provider leave out what is not its entry. */
  export function createMemoryAdapter(clockTolerance?: number): AdapterFactory
}
