import type { CodeFormat } from '@countersign/core'
import { accountInGerman } from './account-german.js'
import { exampleOf } from './code-example.js'
import { type Moment, strong, text } from './text.js'
import type { Words } from './words.js'

/** The pages in German. */
export const german: Words = {
  language: 'Deutsch',
  error: 'Fehler',

  check: (name) => text`${capitalised(name)} prüfen`,
  codeNeeded: text`Sie brauchen einen Code, nur dafür.`,
  howToConfirm: 'Wie möchten Sie bestätigen?',
  emailTo: (destination) => text`E-Mail an ${strong(destination)}`,
  goesTo: (destination) => text`Er geht an ${strong(destination)}.`,
  goOn: 'Weiter',
  sendMeACode: 'Code senden',

  confirm: (name) => text`${capitalised(name)} bestätigen`,
  sent: (destination, at) => text`Wir haben um ${at} einen Code an ${strong(destination)} gesendet.`,
  sending: (destination, at) => text`Wir senden um ${at} einen Code an ${strong(destination)}.`,
  worksUntil: (until) => text`Er gilt bis ${until}, nur dafür.`,
  codeFromEmail: 'Code aus der E-Mail',
  digits: (count) => `${count} Ziffern, mit oder ohne Leerzeichen`,
  yourSecurityCode: 'Ihr Sicherheitscode',
  mySecurityCode: text`Mein Sicherheitscode`,
  securityCodeHint: (format) => `${charactersOf(format)}, etwa ${exampleOf(format)}`,
  malformedOwnCode: (format) =>
    text`${strong(`Ihr Sicherheitscode hat ${charactersOf(format)}.`)} Das zählte nicht als Versuch.`,
  wrongOwnCode: (attemptsLeft) => text`${strong('Das ist nicht Ihr Sicherheitscode.')} ${triesLeft(attemptsLeft)}`,
  ownCodeExpired: (at) =>
    text`${strong('Ihr Sicherheitscode ist abgelaufen.')} Er endete am ${at}. Wählen Sie einen anderen Weg, und ersetzen Sie ihn dann.`,
  typeYourCode: 'Sicherheitscode eingeben',
  hide: 'Verbergen',
  lostCode: 'Code verloren',
  sendNewCode: 'Neuen Code senden',
  useAnotherWay: 'Anderen Weg wählen',
  cancel: 'Abbrechen',
  didYouNotAsk: text`${strong('Kommt das nicht von Ihnen?')} Behalten Sie den Code für sich.`,
  stopAndSecure: 'Stoppen und Konto sichern',

  malformedCode: (digits) => text`${strong(`Der Code hat ${digits} Ziffern.`)} Das zählte nicht als Versuch.`,
  wrongCode: (newest, attemptsLeft) =>
    text`${strong('Dieser Code stimmt nicht.')} Nehmen Sie die Nachricht von ${newest}. ${triesLeft(attemptsLeft)}`,
  earlierCode: (newest, attemptsLeft) =>
    text`${strong('Dieser Code kommt aus einer älteren Nachricht.')} Nur der von ${newest} gilt. ${triesLeft(attemptsLeft)}`,
  resent: (at) => text`Neuer Code um ${at} gesendet. ${strong('Nur dieser gilt.')}`,
  newCodePossible: (at) => text`Ein neuer Code ist um ${at} möglich`,
  lookInSpam: text`Schauen Sie auch im Spam.`,
  notDelivered: (destination) => text`${strong(`${destination} war nicht erreichbar.`)}`,
  tryAgain: 'Noch einmal',

  status: {
    sent: 'Der Code ist gesendet.',
    notDelivered: (destination) =>
      `${destination} war nicht erreichbar. Senden Sie einen neuen Code oder wählen Sie einen anderen Weg.`,
    minuteLeft: 'Noch 1 Minute.',
    expired: 'Dieser Code ist abgelaufen. Senden Sie einen neuen.',
    doneElsewhere: 'In einem anderen Tab erledigt. Sie können diesen schließen.',
    cancelled: 'Gestoppt. Nichts wurde ausgeführt.',
  },

  expired: text`Dieser Code gilt nicht mehr`,
  detailsKept: text`Ihre Angaben bleiben.`,
  usedUp: text`Zu viele Versuche mit diesem Code`,
  nothingCarriedOut: text`Nichts wurde ausgeführt.`,
  startAgain: 'Neu beginnen',
  codesPause: (until) => text`Code-Pause bis ${until}`,
  tooManyWrong: text`Zu viele waren falsch. Nichts wurde ausgeführt; alles andere geht weiter.`,
  back: 'Zurück',
  confirmed: text`Bestätigt`,
  oneStepLeft: text`Noch ein Schritt.`,
  alreadyConfirmed: (at) => text`Schon bestätigt ${preposition(at)} ${at}`,
  notTwice: text`Zweimal wird nichts ausgeführt; sehen Sie nach.`,
  seeIt: 'Ansehen',
  tookTooLong: text`Das dauerte zu lange`,
  wasStopped: text`Das wurde gestoppt`,
  cancelled: text`Abgebrochen`,
  notPossible: text`Jetzt nicht möglich`,
  rulesStopped: (reference) => text`Unsere Regeln haben es gestoppt. Nummer ${strong(reference)}.`,
  help: 'Hilfe',
  cannotCheck: text`Die Prüfung ruht`,
  allowCookies: text`Bitte Cookies erlauben`,
  weNeedOne: text`Eines brauchen wir.`,
  noFactor: text`Wir wissen nicht, wohin mit dem Code`,
  addAnAddress: text`Dafür braucht es einen Code, und Ihr Konto hat noch keine Adresse für Codes. Nichts wurde ausgeführt. Fügen Sie in den Einstellungen eine Adresse hinzu und beginnen Sie dann neu.`,
  malformed: text`Hier geht es nicht weiter`,
  doesNotFit: text`Diese Seite gehört nicht zu Ihrer Anmeldung, oder ein Teil ihrer Adresse fehlt. Nichts wurde ausgeführt. Gehen Sie zurück und beginnen Sie neu.`,
  tooManyRequests: text`Zu viele Anfragen`,
  tryAgainAt: (at) => text`Sie kamen in kurzer Zeit aus Ihrem Netz. Nichts wurde ausgeführt. Ab ${at} geht es wieder.`,
  notSignedIn: text`Sie sind nicht angemeldet`,
  signInAgain: text`Ihre Anmeldung ist zu Ende. Nichts wurde ausgeführt. Melden Sie sich an und beginnen Sie neu.`,

  wasThisNotYou: text`Waren Sie das nicht?`,
  askedFor: (at, action, place) =>
    text`${action === undefined ? '' : `${capitalised(action)}, `}${at}${place === undefined ? '' : `, ${place}`}.`,
  weStopIt: (endsSessions) => (endsSessions ? text`Wir stoppen es und melden Ihre Geräte ab.` : text`Wir stoppen es.`),
  stopIt: 'Stoppen',
  itWasMe: 'Das war ich',
  stopped: text`Gestoppt`,
  allEnded: text`Alles, was in Ihrem Namen offen war, ist beendet.`,
  codeEnded: text`Auch Ihr Sicherheitscode ist gesperrt; einen neuen bekommen Sie nach einem Tag.`,
  takenBack: text`Zurückgenommen`,
  addressesAsBefore: text`Ihre Adressen sind wie zuvor.`,
  secureMyAccount: 'Konto sichern',
  callUsNow: text`Rufen Sie jetzt an:`,
  contactUsNow: text`Melden Sie sich jetzt bei uns, auf dem Weg, den Sie kennen.`,

  confirmAddress: text`Ist das Ihre Adresse?`,
  address: 'Adresse',
  codesWillGoThere: text`Wenn Sie bestätigen, gehen Ihre Codes dorthin. Nicht Ihre, oder nicht von Ihnen angefordert? Schließen Sie diese Seite; nichts ändert sich.`,
  confirmThisAddress: 'Diese Adresse bestätigen',
  addressConfirmed: text`Adresse bestätigt`,
  codesGoThere: text`Ihre Codes gehen ab jetzt dorthin.`,
  linkOver: text`Dieser Link gilt nicht mehr`,
  linksWorkOnce: text`So ein Link gilt einmal und nicht lange. Ihn noch einmal zu öffnen, hat nichts geändert.`,

  account: accountInGerman,

  privacy: 'Datenschutz',
}

function charactersOf({ alphabet, length }: CodeFormat): string {
  return alphabet === 'digits' ? `${length} Ziffern` : `${length} Buchstaben und Ziffern`
}

function triesLeft(count: number): string {
  return count === 1 ? 'Noch 1 Versuch.' : `Noch ${count} Versuche.`
}

function preposition({ dated }: Moment): string {
  return dated ? 'am' : 'um'
}

function capitalised(name: string): string {
  return name.charAt(0).toLocaleUpperCase('de') + name.slice(1)
}
