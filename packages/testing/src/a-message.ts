import {
  type CodeMessage,
  type ContactChangeMessage,
  type ContactProofMessage,
  type LockedMessage,
  type Message,
  type OneTimeCode,
  Secret,
  type SecurityCode,
  type SecurityCodeMessage,
  type SecurityCodeNotice,
} from '@countersign/core'

/** What all makers take: the address in the clear, and anything of the message that matters to the test. */
type Given<M extends Message> = Partial<Omit<M, 'kind' | 'to' | 'code'>> & Readonly<{ address?: string }>

let made = 0

const askedAt = new Date('2026-11-23T13:32:00Z')

function aCommonPart(address = 'alice@mail.example') {
  return {
    id: `message-${++made}`,
    to: { kind: 'email', address: new Secret(address) },
    language: 'en',
    timeZone: 'Europe/Zurich',
    askedAt,
    origin: { device: 'Chrome on Windows', place: 'Basel' },
    notMeUrl: new Secret('https://bank.example/countersign/not-me?token=r5-Kq2Xz'),
  } as const
}

/** A code for a transfer, asked for at 14:32 in Zurich and good until 14:37; each one made has its own id. */
export function aCodeMessage({
  address,
  code = '48271936',
  ...given
}: Given<CodeMessage> & { code?: string } = {}): CodeMessage {
  return {
    ...aCommonPart(address),
    kind: 'code',
    // A test has to know the code; everywhere else a code comes from the generator.
    code: new Secret(code) as OneTimeCode,
    expiresAt: new Date('2026-11-23T13:37:00Z'),
    action: {
      name: 'transfer',
      one: 'a transfer',
      act: 'Send 250.00 EUR',
      facts: [
        { label: 'Amount', value: '250.00 EUR' },
        { label: 'To', value: 'CH93...2957' },
      ],
    },
    ...given,
  }
}

/** The notice that codes pause until 14:47. */
export function aLockedMessage({ address, ...given }: Given<LockedMessage> = {}): LockedMessage {
  return {
    ...aCommonPart(address),
    kind: 'locked',
    until: new Date('2026-11-23T13:47:00Z'),
    ...given,
  }
}

/** The link that proves a new address, good for a day, and the code that does so for ten minutes. */
export function aContactProofMessage({ address, ...given }: Given<ContactProofMessage> = {}): ContactProofMessage {
  return {
    ...aCommonPart(address),
    kind: 'contact-proof',
    proofUrl: new Secret('https://bank.example/countersign/proofs?token=Yw7-b1Lm'),
    expiresAt: new Date('2026-11-24T13:32:00Z'),
    code: new Secret('48271936') as OneTimeCode,
    codeExpiresAt: new Date('2026-11-23T13:42:00Z'),
    ...given,
  }
}

/** The notice to the old address that a change was asked for, or made. */
export function aContactChangeMessage(
  kind: ContactChangeMessage['kind'],
  { address, ...given }: Given<ContactChangeMessage> = {},
): ContactChangeMessage {
  return {
    ...aCommonPart(address),
    kind,
    destination: 'a***@n***.example',
    ...given,
  }
}

/** One message of each kind. */
export function aMessageOfEachKind(
  given: Partial<Pick<Message, 'language' | 'timeZone' | 'origin'>> & { address?: string } = {},
): Message[] {
  return [
    aCodeMessage(given),
    aLockedMessage(given),
    aContactProofMessage(given),
    aContactChangeMessage('contact-change-asked', given),
    aContactChangeMessage('contact-changed', given),
    aSecurityCodeMessage(given),
    aSecurityCodeNotice(given),
  ]
}

/** The security code itself, to be entered within a day. */
export function aSecurityCodeMessage({ address, ...given }: Given<SecurityCodeMessage> = {}): SecurityCodeMessage {
  return {
    ...aCommonPart(address),
    kind: 'security-code',
    code: new Secret('7KQ4M-2XR9T') as SecurityCode,
    expiresAt: new Date('2026-11-24T13:32:00Z'),
    ...given,
  }
}

/** A notice of the security code: it works until 23 November 2027, unless another kind is given. */
export function aSecurityCodeNotice({ address, ...given }: Given<SecurityCodeNotice> = {}): SecurityCodeNotice {
  return { ...aCommonPart(address), kind: 'code-activated', until: new Date('2027-11-23T13:32:00Z'), ...given }
}
