/** A library on a Node, as they were named on the command line. */
export type Leg = Readonly<{ node: string; library: string }>

export const suites: readonly string[]
export function legsOf(args: readonly string[]): readonly Leg[]
export function environmentOf(library: string, root: string): Readonly<Record<string, string>>
export function nodeOf(version: string, npx: readonly string[]): string
