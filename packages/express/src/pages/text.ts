/** A moment as a person reads it, and as a machine does. `dated`: the words name the day too. */
export type Moment = Readonly<{ iso: string; words: string; dated: boolean }>

/** A part of a sentence: plain, strong, or a moment. A template escapes each. */
export type Piece = string | Readonly<{ strong: string }> | Readonly<{ moment: Moment }>

/** A sentence in pieces, so that words need no markup and templates no words. */
export type Text = readonly Piece[]

/** Writes a sentence in pieces: `` text`Sent to ${strong(to)} at ${at}.` ``. */
export function text(strings: TemplateStringsArray, ...values: readonly (string | number | Piece | Moment)[]): Text {
  return strings
    .flatMap((string, index) => {
      const value = values[index]
      return value === undefined ? [string] : [string, pieceOf(value)]
    })
    .filter((piece) => piece !== '')
}

/** What stands out in a sentence. */
export function strong(words: string): Piece {
  return { strong: words }
}

/** The sentence as a title or an attribute holds it. */
export function plain(sentence: Text): string {
  return sentence.map(wordsOf).join('')
}

/** One paragraph of several sentences. */
export function paragraph(...sentences: readonly Text[]): Text {
  return sentences.flatMap((sentence, index) => (index === 0 ? sentence : [' ', ...sentence]))
}

function pieceOf(value: string | number | Piece | Moment): Piece {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object' && 'iso' in value) return { moment: value }
  return value
}

function wordsOf(piece: Piece): string {
  if (typeof piece === 'string') return piece
  return 'strong' in piece ? piece.strong : piece.moment.words
}
