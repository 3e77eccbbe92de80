/** The columns that have a value. */
export function present(columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** The columns that have none, as `$unset` wants them. */
export function absent(columns: Readonly<Record<string, unknown>>): Record<string, ''> {
  const names = Object.keys(columns).filter((name) => columns[name] === undefined)
  return Object.fromEntries(names.map((name) => [name, '']))
}
