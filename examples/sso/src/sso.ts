import {
  type Door,
  type Endings,
  endAll,
  type Inbox,
  keysFor,
  openDoor,
  openMail,
  openStorage,
  type Settings,
  SetupError,
  seed,
  sessionSecretsOf,
  startWith,
} from '@countersign/example-bank/parts'

import { oidcAdapter } from '@countersign/mongoose/oidc-adapter'
import type { Express } from 'express'
import { Provider } from 'oidc-provider'
import type { Logger } from 'pino'
import { type Addresses, addressOf } from './addresses.js'
import { createApiApp } from './api/api-app.js'
import { backchannel } from './provider/backchannel.js'
import { providerConfiguration } from './provider/configuration.js'
import { libraryPages } from './provider/library-pages.js'
import { createProviderApp } from './provider/provider-app.js'
import { newSigningKeys } from './provider/signing-keys.js'
import { createRelyingPartyApp } from './relying-party/relying-party-app.js'
import { createProviderStepUp } from './step-up.js'

/** A single sign-on that answers: provider, relying party and API. */
export type Sso = Readonly<{
  addresses: Addresses
  /** The mail that was sent, while the demo keeps it itself. */
  inbox: Inbox | undefined
  stop(): Promise<void>
}>

/**
 * Starts all three in this process: the provider on the port of the settings, the relying party on the next, the API on the one after;
 * on free ports with 0.
 * @throws SetupError when it cannot work as it is set up; nothing is left running then.
 */
export async function startSso(
  settings: Settings,
  log: Logger,
  options: Readonly<{ keysFile?: string }> = {},
): Promise<Sso> {
  return startWith((endings) => start(settings, log, endings, options.keysFile))
}

async function start(settings: Settings, log: Logger, endings: Endings, keysFile?: string): Promise<Sso> {
  if (settings.production) throw new SetupError(forTryingOut)
  const keys = await keysFor(settings, keysFile)
  const doors = await openDoors(settings.port, endings)
  const addresses = addressesOf(doors)
  const storage = await openStorage(settings)
  endings.push(storage.stop)
  await seed(storage.people, storage.ledger)
  const { smtpUrl, inbox, stop: stopMail } = await openMail(settings)
  endings.push(stopMail)

  const { store, people, connection } = storage
  const { clientLimits } = settings
  const { issuer } = addresses
  const { countersign, stepUp } = createProviderStepUp({ store, keys, issuer, smtpUrl, people, clientLimits, log })
  const adapter = connection && oidcAdapter(connection)
  await adapter?.start()
  const configuration = providerConfiguration({
    addresses,
    people,
    cookieKeys: sessionSecretsOf(keys),
    signingKeys: await newSigningKeys(),
    pages: libraryPages(),
    backchannel: backchannel(stepUp, people),
    ...(adapter && { adapter }),
  })
  const provider = new Provider(issuer, stepUp.configure(configuration))
  const attached = stepUp.attach(provider)
  await countersign.start()
  endings.push(() => countersign.stop())

  const parts = { addresses, provider, stepUp, attached, people, clientLimits, log, ...(inbox && { inbox }) }
  answer(doors.provider, createProviderApp(parts), endings)
  answer(doors.relyingParty, createRelyingPartyApp(addresses, sessionSecretsOf(keys), log), endings)
  answer(doors.api, createApiApp(addresses, log), endings)
  return { addresses, inbox, stop: () => endAll(endings) }
}

const forTryingOut =
  'The single sign-on is for trying out: its clients and their secrets stand in its code. It does not start with NODE_ENV=production.'

type Doors = Readonly<{ provider: Door; relyingParty: Door; api: Door }>

async function openDoors(port: number, endings: Endings): Promise<Doors> {
  const open = async (offset: number) => {
    const door = await openDoor(port === 0 ? 0 : port + offset)
    endings.push(door.close)
    return door
  }
  return { provider: await open(0), relyingParty: await open(1), api: await open(2) }
}

function addressesOf({ provider, relyingParty, api }: Doors): Addresses {
  return {
    issuer: addressOf(provider.port),
    relyingParty: addressOf(relyingParty.port),
    api: addressOf(api.port),
  }
}

/** From this machine alone. It is closed first when all ends. */
function answer(door: Door, app: Express, endings: Endings): void {
  door.answerWith(app, true)
  endings.push(door.close)
}
