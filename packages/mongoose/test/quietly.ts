import { jest } from '@jest/globals'

/** Imports what imports oidc-provider, whose first words are a warning of Node 20. */
export async function quietly<Module>(load: () => Promise<Module>): Promise<Module> {
  const warning = jest.spyOn(console, 'warn').mockImplementation(() => {})
  try {
    return await load()
  } finally {
    warning.mockRestore()
  }
}
