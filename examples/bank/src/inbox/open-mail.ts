import type { Settings } from '../settings.js'
import { type Inbox, openInbox } from './inbox.js'

/** Where mail goes: to the server that was named, else into an inbox of the bank's own. */
export async function openMail({
  smtpUrl,
}: Pick<Settings, 'smtpUrl'>): Promise<Readonly<{ smtpUrl: string; inbox?: Inbox; stop: () => Promise<void> }>> {
  if (smtpUrl) return { smtpUrl, stop: async () => undefined }
  const inbox = await openInbox()
  return { smtpUrl: inbox.smtpUrl, inbox, stop: () => inbox.stop() }
}
