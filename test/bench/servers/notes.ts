import type { RequestHandler } from 'express'

/** The handler of the measured route, the same behind every guard: it does as little as a handler can. */
export const showNotes: RequestHandler = (_request, response) => {
  response.json({ text: 'Milk, bread, and the spare key is with the neighbours.' })
}
