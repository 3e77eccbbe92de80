import type { Origin } from '@countersign/core'
import type { AccountWords, ToldEvent } from './account-words.js'
import { strong, text } from './text.js'

/** The account pages in German. */
export const accountInGerman: AccountWords = {
  title: text`Ihre Sicherheit`,
  contacts: 'E-Mail',
  verified: 'Bestätigt.',
  notVerified: 'Noch nicht bestätigt.',
  verify: 'Adresse bestätigen',
  verifyText: (masked) => text`Wir senden einen Code an ${strong(masked)}.`,
  sendAgain: 'Noch einmal senden',
  servesRecovery: (from) => `Dient ab ${from.words} zur Wiederherstellung.`,
  noContacts: text`Es gibt noch keine.`,
  waits: (masked) =>
    text`Wir haben an ${strong(masked)} geschrieben. Geben Sie den Code von dort ein, oder folgen Sie dem Link.`,
  waitsForLink: (masked) =>
    text`Wir haben an ${strong(masked)} geschrieben. Der Code von dort gilt nicht mehr: Folgen Sie dem Link, oder lassen Sie einen neuen Code senden.`,
  giveUp: 'Verwerfen',
  emailAddress: 'E-Mail-Adresse',
  newAddress: 'Neue Adresse',
  add: 'Hinzufügen',
  addText: text`Adresse hinzufügen. Wir schreiben ihr zuerst.`,
  change: 'Ändern',
  changeText: (masked) => text`Eine andere Adresse anstelle von ${strong(masked)}.`,
  correct: 'Berichtigen',
  correctText: text`Adresse berichtigen. Was wir vorher gesendet haben, gilt nicht mehr.`,
  remove: 'Entfernen',
  removeText: (masked) => text`${strong(masked)} entfernen. Die Adresse erfährt davon.`,
  removeUnprovedText: (masked) => text`${strong(masked)} entfernen. Ihre bestätigten Adressen erfahren davon.`,

  code: 'Sicherheitscode',
  codeNone: text`Sie haben keinen.`,
  codeIssued: text`Ihrer entsteht gerade.`,
  codeActive: (until) => text`Aktiv bis ${strong(until)}.`,
  codeEnds: (days) => (days === 1 ? text`Endet in ${strong('1 Tag')}.` : text`Endet in ${strong(`${days} Tagen`)}.`),
  codeExpired: text`Abgelaufen.`,
  replaceableUntil: (day) => text`Sie können ihn bis ${strong(day)} ersetzen.`,
  codeRevoked: text`Gesperrt.`,
  missingContacts: (more) =>
    more === 1 ? text`Bestätigen Sie dafür erst eine Adresse.` : text`Bestätigen Sie dafür erst ${more} Adressen.`,
  missingIdentity: text`Lassen Sie dafür erst Ihre Identität prüfen.`,
  getCode: 'Code holen',
  codeReady: text`Ihr Code ist bereit. Wir zeigen ihn einmal.`,
  show: 'Zeigen',
  codeSent: text`Wir haben ihn Ihnen gesendet. Er gilt, sobald Sie ihn hier eingeben.`,
  keepIt: text`Bewahren Sie ihn im Passwort-Manager oder auf Papier auf.`,
  confirmKept: text`Sie haben Ihren neuen Code gesehen. Er gilt, sobald Sie sagen, dass Sie ihn haben.`,
  enterInstead: text`In einem anderen Browser geben Sie den neuen Code ein.`,
  showAnother: 'Nicht aufbewahrt: einen anderen zeigen',
  done: 'Fertig',
  enterCode: 'Code eingeben',
  newCode: 'Ihr neuer Sicherheitscode',
  replace: 'Ersetzen',
  replaceText: text`Code ersetzen. Wir fragen nach dem alten, und er gilt, bis der neue gilt.`,
  lost: 'Verloren',
  lostText: text`Neuen Code ohne den alten verlangen. Alle Ihre Adressen erfahren davon, und Sie bekommen ihn nach einem Tag.`,
  endedText: text`Durch einen neuen Code ersetzen. Alle Ihre Adressen erfahren davon, und Sie bekommen ihn nach einem Tag.`,
  waitsADay: text`Sie hatten schon einen: Alle Ihre Adressen erfahren davon, und Sie bekommen den neuen nach einem Tag.`,
  readyFrom: (from) =>
    text`Ein neuer Code wurde verlangt. Wir zeigen ihn ab ${from}. Waren Sie das nicht? Stoppen Sie es unten oder mit dem Link in unserer Nachricht.`,
  readyWhenAsked: text`Ein neuer Code wartet auf Sie. Ersetzen Sie den alten, um ihn zu sehen.`,
  waitsElsewhere: (until) =>
    text`Ein neuer Code wurde mit dem bisherigen verlangt, in einer anderen Sitzung. Er wartet nur dort, bis ${until}.`,
  insteadOfElsewhere: text`Um stattdessen hier einen zu bekommen, ersetzen Sie den bisherigen. Ohne ihn können Sie erst danach einen verlangen.`,
  afterElsewhere: text`Hier können Sie erst danach einen verlangen.`,
  notMeElsewhere: text`Waren Sie das nicht? Sperren Sie Ihren Code unten.`,
  revoke: 'Sperren',
  revokeText: text`Code sperren. Er gilt sofort nirgends mehr.`,
  keepCode: 'Behalten',

  yourCode: text`Ihr Sicherheitscode`,
  shownOnce: (until) =>
    text`Wir zeigen ihn nur dieses Mal. Er gilt, sobald Sie den Knopf drücken, spätestens bis ${until}.`,

  activity: 'Letzte Aktivität',
  noActivity: text`Noch nichts.`,
  event: (event, action) => eventInWords(event, capitalised(action)),
  origin: originInWords,
  notMe: 'Nicht ich',

  addressMalformed: text`${strong('Das ist keine E-Mail-Adresse.')} Schreiben Sie etwa alice@example.com. Nichts wurde geändert.`,
  wrongProof: text`${strong('Dieser Code stimmt nicht.')} Nehmen Sie die neueste Nachricht. Nichts wurde geändert.`,
  wrongCode: text`${strong('Dieser Code stimmt nicht.')} Nehmen Sie den, den wir zuletzt gezeigt oder gesendet haben. Nichts wurde geändert.`,
  malformed: text`${strong('Das konnten wir nicht lesen.')} Nichts wurde geändert.`,
  locked: (until) => text`${strong('Code-Pause')} bis ${until}. Zu viele waren falsch. Nichts wurde geändert.`,
  wait: (until) =>
    text`${strong('Eine Nachricht ging eben erst hinaus.')} Die nächste ist um ${until} möglich. Nichts wurde geändert.`,
  busy: (until) =>
    text`${strong('Zu viele Anfragen')} kamen aus Ihrem Netz. Nichts wurde geändert. Versuchen Sie es um ${until} wieder.`,
  uncertain: text`${strong('Wir haben keine sichere Antwort.')} Diese Seite zeigt, wie es jetzt ist. Sehen Sie hier nach, bevor Sie es wiederholen.`,
  proofUsedUp: text`${strong('Zu viele Versuche mit diesem Code.')} Nichts wurde geändert.`,
  proofOver: text`${strong('Dieser Code gilt nicht mehr.')} Nichts wurde geändert.`,
  nothingWaiting: text`${strong('Das wartet nicht mehr auf Sie.')} Nichts wurde geändert.`,
  lastContact: text`${strong('Die letzte Adresse bleibt,')} damit wir Sie erreichen. Nichts wurde geändert.`,
  alreadyThere: text`${strong('Diese Adresse gehört schon zu Ihren.')} Nichts wurde geändert.`,
  proveFirst: text`${strong('Bestätigen Sie zuerst die Adresse, die da ist.')} Nichts wurde geändert.`,
  tooManyContacts: text`${strong('Für eine weitere Adresse ist kein Platz.')} Entfernen Sie zuerst eine. Nichts wurde geändert.`,
  tooManyChanges: text`${strong('Zu viele Änderungen an einem Tag.')} Nichts wurde geändert.`,
}

function originInWords({ device, place }: Origin): string {
  return [device?.replace(' on ', ' auf '), place].filter((known) => known !== undefined).join(', ')
}

function eventInWords({ type, destination = '', was = '' }: ToldEvent, action: string): string | undefined {
  switch (type) {
    case 'challenge.opened':
      return action === '' ? 'Code angefordert' : `${action}: Code angefordert`
    case 'challenge.wrong-answer':
      return action === '' ? 'Falscher Code' : `${action}: falscher Code`
    case 'elevation.granted':
      return action === '' ? 'Mit einem Code bestätigt' : `${action} bestätigt`
    case 'throttle.locked':
      return 'Code-Pause nach zu vielen falschen'
    case 'throttle.unlocked':
      return 'Codes gelten wieder'
    case 'contact.proved':
      return `${destination} bestätigt`
    case 'contact.change-asked':
      return `${destination} gewünscht, noch nicht bestätigt`
    case 'contact.change-stopped':
      return `${destination} nicht übernommen`
    case 'contact.changed':
      return `${was} zu ${destination} geändert`
    case 'contact.added':
      return `${destination} hinzugefügt`
    case 'contact.removed':
      return `${destination} entfernt`
    case 'contact.restored':
      return `${destination} zurückgeholt`
    case 'code.issued':
      return 'Sicherheitscode bereitgelegt'
    case 'code.asked':
      return 'Neuer Sicherheitscode verlangt, ohne den alten'
    case 'code.stopped':
      return 'Neuer Sicherheitscode gestoppt'
    case 'code.shown':
      return 'Sicherheitscode gezeigt'
    case 'code.activated':
      return 'Sicherheitscode aktiv'
    case 'code.wrong-entry':
      return 'Neuer Sicherheitscode falsch eingegeben'
    case 'code.lapsed':
      return 'Neuer Sicherheitscode nicht rechtzeitig abgeholt'
    case 'code.expired':
      return 'Sicherheitscode abgelaufen'
    case 'code.revoked':
      return 'Sicherheitscode gesperrt'
    case 'identity.recorded':
      return 'Identität geprüft'
  }
}

function capitalised(name: string): string {
  return name.charAt(0).toLocaleUpperCase('de') + name.slice(1)
}
