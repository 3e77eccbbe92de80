import { Problem } from '@countersign/example-bank/parts'
import type { Request } from 'express'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { wordsOf } from '../pages/words.js'
import { formTargets } from './form-targets.js'
import { languageOf, show } from './library-pages.js'

/** The library's page that sends its form by itself: `response_mode=form_post`, a device's whole address, the end of another session. */
const sendsItself = /<script>([\s\S]*?)<\/script>[\s\S]*?(<form [\s\S]*?)<noscript>/

/** What the library answers without a page that could be set: its forms that send themselves, and addresses that it does not know. */
export async function houseLook(context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next()
  if (context.status === 404 && !context.body) return nothingHere(context)
  const [, script, form] = typeof context.body === 'string' ? (sendsItself.exec(context.body) ?? []) : []
  if (script !== undefined && form !== undefined) sendOnwards(context, script, form)
}

function nothingHere(context: KoaContextWithOIDC): void {
  const problem = new Problem('not-found')
  if (context.accepts('json', 'html') === 'html') show(context, { page: 'refused', error: problem.message })
  else context.body = JSON.stringify(problem.body((context.req as Request).id))
  context.status = problem.status
  if (context.type !== 'text/html') context.type = 'application/problem+json'
}

/** With a button, so that it goes on without script; the script is the library's own, whose digest stands in the policy. */
function sendOnwards(context: KoaContextWithOIDC, script: string, form: string): void {
  const { status } = context
  const { onwards } = wordsOf[languageOf(context)]
  const button = `<p class="actions"><button class="button full" type="submit">${onwards.button}</button></p>`
  const html = `${form}${button}</form><script>${script}</script>`
  show(context, { page: 'library', heading: onwards.heading, lead: onwards.lead, html })
  context.status = status
  const policy = context.response.get('Content-Security-Policy')
  context.set('Content-Security-Policy', policy.replace(/form-action [^;]*/, formTargets(targetsOf(context, form))))
}

/** Where the form leads, and where the answer to it may lead on to. */
function targetsOf({ oidc }: KoaContextWithOIDC, form: string): readonly unknown[] {
  const [, action] = /action="([^"]*)"/.exec(form) ?? []
  const { params, entities } = oidc
  return [action, params?.post_logout_redirect_uri, entities.Interaction?.params.redirect_uri]
}
