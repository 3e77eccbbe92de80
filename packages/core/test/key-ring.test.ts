import fc from 'fast-check'
import { keyRing, newKey } from '../src/index.js'
import { digest } from '../src/secret/digest.js'
import { type KeyRing, keyedDigest, keyedDigests, matchesDigest, type Purpose } from '../src/secret/key-ring.js'
import { lengthPrefixed } from '../src/secret/length-prefixed.js'
import { seal, unseal } from '../src/secret/seal.js'
import { thrownBy } from './a-bank.js'

const purposes: readonly Purpose[] = [
  'answer',
  'binding',
  'contact',
  'elevation',
  'link',
  'message',
  'seal',
  'session',
  'ticket',
  'application',
]

const [oldest, older, newer] = [newKey(), newKey(), newKey()]

describe('the text of a key ring', () => {
  test('a new key is one line with a version and 256 random bits', () => {
    const [, version = '', material = ''] = newKey().split('.')

    expect(version).toMatch(/^[0-9a-f]{8}$/)
    expect(Buffer.from(material, 'base64url')).toHaveLength(32)
  })

  test.each([
    ['lines', `${newer}\n${older}\n${oldest}\n`],
    ['Windows lines', `${newer}\r\n${older}\r\n${oldest}`],
    ['commas', `${newer},${older}, ${oldest}`],
    ['white space around', `\n\t ${newer}  ${older}\t${oldest} `],
  ])('keys in %s are read, newest first', (_, text) => {
    expect(keyRing(text).versions).toEqual([newer, older, oldest].map((key) => key.split('.')[1]))
  })

  test.each([
    ['no text', '', 'They are empty.'],
    ['white space', ' \n, ', 'They are empty.'],
    ['a password', 'hunter2hunter2', 'Key 1 is not of the form csk1.<version>.<43 characters>.'],
    ['a second key that is none', `${newer}\nbroken`, 'Key 2 is not of the form'],
    ['a key cut short', newer.slice(0, -1), 'Key 1 is not of the form'],
    ['a key with more behind it', `${newer}A`, 'Key 1 is not of the form'],
    ['another kind of key', newer.replace('csk1', 'csk2'), 'Key 1 is not of the form'],
    ['base64 in place of base64url', `csk1.aaaa.${'+'.repeat(43)}`, 'Key 1 is not of the form'],
    ['a version in capitals', `csk1.AAAA.${'a'.repeat(43)}`, 'Key 1 is not of the form'],
    ['a version twice', `${newer} ${newer}`, `Version "${newer.split('.')[1]}" stands in them twice.`],
  ])('%s: the message says what is wrong and what to do', (_, text, what) => {
    const error = thrownBy(() => keyRing(text))

    expect(error.code).toBe('ERR_COUNTERSIGN_KEYS')
    expect(error.message).toContain(what)
    expect(error.message).toContain('npx @countersign/cli keys new')
  })

  test('what cannot be read is not repeated', () => {
    const { message, stack } = thrownBy(() => keyRing(`${newer}\nhunter2`))

    expect(`${message}${stack}`).not.toContain('hunter2')
    expect(`${message}${stack}`).not.toContain(newer.split('.')[2])
  })
})

describe('derived keys', () => {
  const ring = keyRing(`${newer} ${older}`)

  test('no two purposes or versions share one', () => {
    const subkeys = ring.versions.flatMap((version) =>
      purposes.map((purpose) => ring.subkey(purpose, version)?.toString('hex')),
    )

    expect(new Set(subkeys).size).toBe(purposes.length * 2)
    expect(subkeys.filter((key) => key?.length !== 64)).toEqual([])
  })

  test('none is the key that they are derived from', () => {
    const material = Buffer.from(newer.split('.')[2] ?? '', 'base64url')
    const version = newer.split('.')[1] ?? ''

    expect(purposes.filter((purpose) => ring.subkey(purpose, version)?.equals(material))).toEqual([])
  })

  test('the same key gives the same ones in another process', () => {
    const version = newer.split('.')[1] ?? ''

    expect(keyRing(newer).subkey('answer', version)).toEqual(keyRing(newer).subkey('answer', version))
  })

  test('a version that the ring does not hold has none', () => {
    expect(ring.subkey('answer', 'zzzz')).toBeUndefined()
  })
})

describe('a keyed digest', () => {
  const ring = keyRing(newer)
  const made = keyedDigest(ring, 'answer', ['a', 'b'])

  test('matches the parts that it was made of', () => {
    expect(matchesDigest(ring, 'answer', made, ['a', 'b'])).toBe(true)
  })

  test.each<[string, Purpose, readonly string[]]>([
    ['another part', 'answer', ['a', 'c']],
    ['parts that join to the same text', 'answer', ['ab']],
    ['parts cut elsewhere', 'answer', ['', 'ab']],
    ['the same parts in another order', 'answer', ['b', 'a']],
    ['one part more', 'answer', ['a', 'b', '']],
    ['another purpose', 'binding', ['a', 'b']],
  ])('does not match %s', (_, purpose, parts) => {
    expect(matchesDigest(ring, purpose, made, parts)).toBe(false)
  })

  test('any text may be compared with, and only the digest itself matches', () => {
    const near = fc.tuple(fc.nat(made.length - 1), fc.string({ maxLength: 1 })).map(([at, by]) => {
      return made.slice(0, at) + by + made.slice(at + 1)
    })
    fc.assert(
      fc.property(fc.oneof(fc.string(), near, fc.constant('')), (text) => {
        expect(matchesDigest(ring, 'answer', text, ['a', 'b'])).toBe(text === made)
      }),
      { numRuns: 300 },
    )
  })

  test('two different lists of parts are never one text', () => {
    const parts = fc.array(fc.oneof(fc.string(), fc.constantFrom('1:a', ':', '0:', '11', '2:ab')), { maxLength: 4 })
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(lengthPrefixed(one) === lengthPrefixed(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })

  test('a digest without a key differs by its parts', () => {
    expect(digest(['a', 'bc'])).not.toBe(digest(['ab', 'c']))
  })
})

describe('a seal', () => {
  const ring = keyRing(newer)
  const sealed = seal(ring, 'seal', ['address', 'alice'], 'alice@mail.example')

  test('opens in its context', () => {
    expect(unseal(ring, 'seal', ['address', 'alice'], sealed)).toBe('alice@mail.example')
  })

  test.each<[string, Purpose, readonly string[]]>([
    ['the context of another subject', 'seal', ['address', 'bob']],
    ['a context cut elsewhere', 'seal', ['addressalice']],
    ['a longer context', 'seal', ['address', 'alice', '']],
    ['another purpose', 'message', ['address', 'alice']],
  ])('does not open in %s', (_, purpose, context) => {
    expect(unseal(ring, purpose, context, sealed)).toBeUndefined()
  })

  test('does not open after any one of its bytes was changed', () => {
    const [version, text = ''] = sealed.split('.')
    const bytes = Buffer.from(text, 'base64url')
    const changed = Array.from(bytes, (byte, at) => {
      const other = Buffer.from(bytes)
      other[at] = byte ^ 1
      return `${version}.${other.toString('base64url')}`
    })

    expect(changed.filter((one) => unseal(ring, 'seal', ['address', 'alice'], one) !== undefined)).toEqual([])
  })

  test('does not open cut short', () => {
    const cut = Array.from({ length: sealed.length }, (_, length) => sealed.slice(0, length))

    expect(cut.filter((one) => unseal(ring, 'seal', ['address', 'alice'], one) !== undefined)).toEqual([])
  })

  test('the same text is sealed differently each time', () => {
    expect(seal(ring, 'seal', [], 'x')).not.toBe(seal(ring, 'seal', [], 'x'))
  })

  test('hides its text', () => {
    expect(Buffer.from(sealed.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('alice')
  })

  test('any text comes back as it was, and any other input is refused without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, rubbish) => {
        expect(unseal(ring, 'link', ['p'], seal(ring, 'link', ['p'], text))).toBe(text)
        expect(unseal(ring, 'link', ['p'], rubbish)).toBeUndefined()
        expect(unseal(ring, 'link', ['p'], `${ring.versions[0]}.${rubbish}`)).toBeUndefined()
      }),
    )
  })
})

describe('rotation', () => {
  const before = keyRing(older)
  const during = keyRing(`${newer}\n${older}`)
  const after = keyRing(newer)
  const parts = ['subject', 'code']
  const oldDigest = keyedDigest(before, 'answer', parts)
  const oldSeal = seal(before, 'seal', ['c'], 'text')

  test('what the older key made stays readable while it is in the ring', () => {
    expect(matchesDigest(during, 'answer', oldDigest, parts)).toBe(true)
    expect(unseal(during, 'seal', ['c'], oldSeal)).toBe('text')
  })

  test('nothing is readable any more once its key is out of the ring', () => {
    expect(matchesDigest(after, 'answer', oldDigest, parts)).toBe(false)
    expect(unseal(after, 'seal', ['c'], oldSeal)).toBeUndefined()
  })

  test('new digests and seals name the newest key', () => {
    const version = `${newer.split('.')[1]}.`

    expect(keyedDigest(during, 'answer', parts).startsWith(version)).toBe(true)
    expect(seal(during, 'seal', ['c'], 'text').startsWith(version)).toBe(true)
  })

  test('a look-up has one digest for each version, newest first', () => {
    const digests = keyedDigests(during, 'contact', ['x'])

    expect(digests).toEqual([keyedDigest(after, 'contact', ['x']), keyedDigest(before, 'contact', ['x'])])
  })

  test('a digest that is renamed to another version of the ring matches nothing', () => {
    const [, mac] = oldDigest.split('.')

    expect(matchesDigest(during, 'answer', `${newer.split('.')[1]}.${mac}`, parts)).toBe(false)
  })

  test('a seal that is renamed to another version of the ring does not open', () => {
    const [, text] = oldSeal.split('.')

    expect(unseal(during, 'seal', ['c'], `${newer.split('.')[1]}.${text}`)).toBeUndefined()
  })

  test('a ring that lists a version without a key stops what would use it', () => {
    const broken: KeyRing = { versions: ['gone'], subkey: () => undefined }

    expect(thrownBy(() => keyedDigest(broken, 'answer', [])).code).toBe('ERR_COUNTERSIGN_KEYS')
    expect(thrownBy(() => seal(broken, 'seal', [], '')).code).toBe('ERR_COUNTERSIGN_KEYS')
    expect(thrownBy(() => keyedDigest({ ...broken, versions: [] }, 'answer', [])).code).toBe('ERR_COUNTERSIGN_KEYS')
  })
})
