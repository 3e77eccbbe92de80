import { createHash } from 'node:crypto'
import { tokens } from '@countersign/express'
import { theme } from './theme.js'

const rules = `
*,*::before,*::after{box-sizing:border-box}
html{background:var(--cs-bg);color:var(--cs-ink);font:400 100%/1.5 var(--cs-font);-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{display:flex;flex-direction:column;min-height:100vh;min-height:100svh;margin:0;font-size:var(--cs-text-m);overflow-wrap:break-word}
p,dl,dd,ul,h1,h2{margin:0}
ul{padding:0;list-style:none}
strong{font-weight:650}
:focus-visible{outline:var(--cs-ring) solid var(--cs-accent);outline-offset:2px}
h1,h2{font-weight:650;line-height:1.2;text-wrap:balance;hyphens:auto}
h1{font-size:var(--cs-text-2xl);letter-spacing:-.01em}
h1:focus,.summary:focus{outline:none}
h2{font-size:var(--cs-text-l)}
a{color:var(--cs-accent);text-decoration-thickness:1px;text-underline-offset:.2em}
a:hover{color:var(--cs-accent-strong);text-decoration-thickness:2px}

.skip{position:absolute;inset:0 auto auto 0;z-index:1;padding:var(--cs-3) var(--cs-4);background:var(--cs-surface)}
.skip:not(:focus){clip-path:inset(50%);width:1px;height:1px;padding:0;overflow:hidden;white-space:nowrap}

.top{background:var(--cs-surface);border-bottom:1px solid var(--cs-line)}
.bar{display:flex;flex-wrap:wrap;align-items:center;gap:0 var(--cs-5);max-width:68rem;margin:0 auto;padding:var(--cs-1) min(1rem,4.5vw)}
.brand{display:flex;align-items:center;gap:var(--cs-2);min-height:var(--cs-target);color:var(--cs-ink);font-weight:650;text-decoration:none}
.brand:hover{color:var(--cs-ink)}
.brand svg{flex:none;color:var(--cs-accent)}
.nav ul{display:flex;flex-wrap:wrap;gap:0 var(--cs-5)}
.nav a{display:inline-flex;align-items:center;min-height:var(--cs-target-min);border-block:2px solid transparent;color:var(--cs-soft);text-decoration:none}
.nav a:hover{color:var(--cs-ink)}
.nav a[aria-current]{color:var(--cs-ink);font-weight:650;border-bottom-color:var(--cs-accent)}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:0 var(--cs-4);margin-inline-start:auto;color:var(--cs-soft);font-size:var(--cs-text-s)}

main{flex:1;width:100%;max-width:68rem;margin:0 auto;padding:var(--cs-5) min(1rem,4.5vw) var(--cs-7)}
.stack>*+*{margin-top:var(--cs-4)}
.narrow{max-width:var(--cs-card);margin-inline:auto}
.wide{max-width:46rem}
.card{padding:var(--cs-5) min(1rem,4.5vw);background:var(--cs-surface);border:1px solid transparent;border-radius:var(--cs-radius-l);box-shadow:var(--cs-shadow)}
.lead,.hint{color:var(--cs-soft);max-width:var(--cs-measure)}
.hint{font-size:var(--cs-text-s)}
.sunken{padding:var(--cs-3) var(--cs-4);background:var(--cs-sunken);border:1px solid transparent;border-radius:var(--cs-radius-m)}
.key{font-family:var(--cs-mono);overflow-wrap:anywhere}

.columns{display:grid;gap:var(--cs-5);align-items:start}
.columns>*{min-width:0}
.balance{display:block;font-size:clamp(2rem,1.6rem + 2vw,2.75rem);font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums;letter-spacing:-.02em;overflow-wrap:anywhere}
.line{display:flex;flex-wrap:wrap;align-items:center;gap:var(--cs-1) var(--cs-3);padding-block:var(--cs-3);border-top:1px solid var(--cs-line)}
.line:last-child{padding-bottom:0}
.mark{display:inline-grid;flex:none;place-items:center;width:2.75rem;height:2.75rem;border-radius:50%;color:var(--cs-accent);background:var(--cs-accent-tint);font-size:var(--cs-text-s);font-weight:650}
.line .about{flex:1 1 9rem;min-width:0;overflow-wrap:anywhere}
.line .amount{flex:none;margin-inline-start:auto;font-weight:650;font-variant-numeric:tabular-nums}
.in{color:var(--cs-good)}

.facts{padding:var(--cs-3) var(--cs-4);background:var(--cs-sunken);border:1px solid transparent;border-radius:var(--cs-radius-m)}
.facts div{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 var(--cs-3);padding-block:var(--cs-1)}
.facts dt{min-width:4.5rem;color:var(--cs-soft);font-size:var(--cs-text-s)}
.facts dd{flex:1 1 9rem;min-width:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.facts.main div:first-child dd{font-size:var(--cs-text-xl);font-weight:650;line-height:1.3}

.notice{padding:var(--cs-3) var(--cs-4);border:1px solid currentColor;border-radius:var(--cs-radius-m)}
.good{color:var(--cs-good);background:var(--cs-good-tint)}
.warn{color:var(--cs-warn);background:var(--cs-warn-tint)}
.danger{color:var(--cs-danger);background:var(--cs-danger-tint)}
.danger a{display:inline-flex;align-items:center;min-height:var(--cs-target-min);color:inherit}

.steps{margin-bottom:0;padding-inline-start:1.5rem}
.guide+.columns{margin-top:var(--cs-5)}
.steps li{padding-block:var(--cs-1)}
.steps .done{color:var(--cs-soft)}

.field label{display:block;font-weight:650}
.field .wrong{margin-top:var(--cs-1);color:var(--cs-danger)}
.field input,.field textarea{display:block;width:100%;min-width:0;min-height:var(--cs-target);margin-top:var(--cs-2);padding:var(--cs-2) var(--cs-4);color:var(--cs-ink);background:var(--cs-surface);border:1px solid var(--cs-edge);border-radius:var(--cs-radius-m);font:inherit}
.field textarea{min-height:12rem;resize:vertical}
.field [aria-invalid]{border:2px solid var(--cs-danger)}
.field :is(input,textarea):focus{outline:var(--cs-ring) solid var(--cs-accent);outline-offset:-1px;border-color:transparent}
.field [aria-invalid]:focus{outline-color:var(--cs-danger)}

.button{display:inline-flex;align-items:center;justify-content:center;min-height:var(--cs-target);padding:var(--cs-2) var(--cs-5);border:1px solid transparent;border-radius:var(--cs-radius-m);color:var(--cs-on-accent);background:var(--cs-accent);font:inherit;font-weight:650;text-align:center;text-decoration:none;cursor:pointer;transition:background-color var(--cs-quick)}
.button:hover{color:var(--cs-on-accent);background:var(--cs-accent-strong)}
.second{color:var(--cs-accent);background:transparent;border-color:var(--cs-edge)}
.second:hover{color:var(--cs-accent-strong);background:var(--cs-accent-tint)}
.full{width:100%}
.plain{display:inline-flex;align-items:center;min-height:var(--cs-target-min);padding:0;border:0;color:var(--cs-accent);background:none;font:inherit;font-size:var(--cs-text-s);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em;cursor:pointer}
.plain:hover{color:var(--cs-accent-strong);text-decoration-thickness:2px}
.actions{display:flex;flex-wrap:wrap;gap:var(--cs-2) var(--cs-5);align-items:center}

.mail pre{margin:0;font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}
.mail a{overflow-wrap:anywhere}

@media (max-width:39.99rem){
.nav{order:1;width:100%}
.nav ul{gap:0 var(--cs-4)}
.who bdi{display:none}
}
@media (min-width:40rem){
main{padding-top:var(--cs-6)}
.card{padding:var(--cs-6)}
}
@media (min-width:60rem){.columns.two{grid-template-columns:minmax(0,2fr) minmax(0,1fr)}}
@media (forced-colors:active){
.card,.facts,.sunken,.button,.mark{border:1px solid CanvasText}
.nav a[aria-current]{border-bottom-color:Highlight}
.field :is(input,textarea):focus{border-color:Highlight}
}
@media (prefers-reduced-motion:reduce){*,*::before,*::after{transition:none!important;animation:none!important}}
@media print{.top,form,.actions{display:none}}
`

/** The one stylesheet of the bank's pages, on the same tokens as those of Countersign. */
export const stylesheet: string = tokens(theme) + rules

const version = createHash('sha256').update(stylesheet).digest('base64url').slice(0, 12)

/** Its name holds a digest, so that a browser may keep it for good. */
export const stylesheetPath: string = `/bank-${version}.css`
