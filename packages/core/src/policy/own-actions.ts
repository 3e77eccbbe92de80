import type { Actions } from './action.js'

/** Names that begin so are Countersign's own. */
export const ownPrefix = 'countersign.'

const address = { en: 'Address', de: 'Adresse' } as const

/**
 * What a person does with contacts and code, guarded by the same means as an application's actions. A security code is
 * shown after a delivered code only, and given up for a new one by itself only; a contact is confirmed over another factor, where there is one.
 */
export const ownActions = {
  'countersign.code.show': {
    binds: {},
    requires: { level: 'code', mode: 'once', factors: ['email-code'] },
    words: {
      en: {
        name: 'pick-up of your security code',
        one: 'a look at your new security code',
        act: 'Show my security code',
      },
      de: {
        name: 'Abholung Ihres Sicherheitscodes',
        one: 'einen Blick auf Ihren neuen Sicherheitscode',
        act: 'Sicherheitscode zeigen',
      },
    },
  },
  'countersign.code.replace': {
    binds: {},
    requires: { level: 'code', mode: 'once', factors: ['security-code'] },
    words: {
      en: { name: 'new security code', one: 'a new security code', act: 'Replace my security code' },
      de: { name: 'Neuer Sicherheitscode', one: 'einen neuen Sicherheitscode', act: 'Sicherheitscode ersetzen' },
    },
  },
  'countersign.contact.add': {
    binds: { address: 'email' },
    requires: { level: 'code', mode: 'once' },
    words: {
      en: { name: 'new contact', one: 'a new contact', act: 'Add {address}', fields: { address: address.en } },
      de: {
        name: 'Neuer Kontakt',
        one: 'einen neuen Kontakt',
        act: '{address} hinzufügen',
        fields: { address: address.de },
      },
    },
  },
  'countersign.contact.change': {
    binds: { address: 'email', contact: 'id' },
    avoids: 'contact',
    requires: { level: 'code', mode: 'once' },
    words: {
      en: {
        name: 'change of address',
        one: 'a change of your address',
        act: 'Change to {address}',
        fields: { address: 'New address', contact: 'In place of' },
      },
      de: {
        name: 'Adressänderung',
        one: 'eine Änderung Ihrer Adresse',
        act: 'Zu {address} ändern',
        fields: { address: 'Neue Adresse', contact: 'Anstelle von' },
      },
    },
  },
  'countersign.contact.remove': {
    binds: { contact: 'id' },
    avoids: 'contact',
    requires: { level: 'code', mode: 'once' },
    words: {
      en: {
        name: 'removal of a contact',
        one: 'the removal of a contact',
        act: 'Remove it',
        fields: { contact: 'Contact' },
      },
      de: {
        name: 'Entfernen eines Kontakts',
        one: 'das Entfernen eines Kontakts',
        act: 'Entfernen',
        fields: { contact: 'Kontakt' },
      },
    },
  },
} as const satisfies Actions

/** Countersign's own actions, by name. */
export type OwnActions = typeof ownActions
