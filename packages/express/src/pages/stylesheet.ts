import type { Theme } from './page.js'
import { checkTheme } from './theme.js'
import { tokens } from './tokens.js'

/**
 * The one stylesheet of the pages, with the brand's colours. The pages load it from `assets.stylesheet`. Throws a
 * `CountersignError` with `ERR_COUNTERSIGN_THEME` for a theme that would break the pages, so make it at start.
 */
export function stylesheet(theme: Theme): string {
  checkTheme(theme)
  return tokens(theme) + rules
}

const rules = `
*,*::before,*::after{box-sizing:border-box}
html{background:var(--cs-bg);color:var(--cs-ink);font:400 100%/1.5 var(--cs-font);-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{display:flex;flex-direction:column;min-height:100vh;min-height:100svh;margin:0;font-size:var(--cs-text-m);overflow-wrap:break-word}
[hidden]{display:none!important}
p,dl,dd,fieldset{margin:0}
strong{font-weight:650}
:focus-visible{outline:var(--cs-ring) solid var(--cs-accent);outline-offset:2px}

.cs-top,.cs-main,.cs-footer{width:100%;padding-inline:min(1rem,4.5vw)}
.cs-top{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:0 var(--cs-4);min-height:3.5rem;padding-block:var(--cs-2)}
.cs-brand{display:flex;align-items:center;gap:var(--cs-2);min-width:0;font-weight:650}
.cs-logo{display:inline-flex;flex:none;color:var(--cs-accent)}
.cs-logo svg{display:block;width:1.5rem;height:1.5rem}
.cs-person{min-width:0;color:var(--cs-soft);font-size:var(--cs-text-s)}

.cs-main{display:grid;grid-template-columns:minmax(0,1fr);flex:1;align-content:start;justify-items:center;padding-inline:min(.5rem,2.5vw)}
.cs-card{width:100%;max-width:var(--cs-card);padding:var(--cs-5) min(1rem,4.5vw);background:var(--cs-surface);border:1px solid transparent;border-radius:var(--cs-radius-l);box-shadow:var(--cs-shadow)}
.cs-card>*+*{margin-top:var(--cs-4)}
.cs-card>h1+p,.cs-card>p+p{margin-top:var(--cs-2)}
h1{max-width:var(--cs-measure);margin:0;font-size:var(--cs-text-2xl);font-weight:650;line-height:1.2;letter-spacing:-.01em;text-wrap:balance;hyphens:auto}
h1:focus{outline:none}
.cs-card>p{max-width:var(--cs-measure);text-wrap:pretty}

.cs-facts{padding:var(--cs-3) var(--cs-4);background:var(--cs-sunken);border:1px solid transparent;border-radius:var(--cs-radius-m)}
.cs-facts div{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 var(--cs-3);padding-block:var(--cs-1)}
.cs-facts dt{flex:0 1 auto;min-width:4.5rem;color:var(--cs-soft);font-size:var(--cs-text-s)}
.cs-facts dd{flex:1 1 9rem;min-width:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums;text-wrap:balance}
.cs-facts div:first-child dd{font-size:var(--cs-text-xl);font-weight:650;line-height:1.3}

.cs-facts.cs-shown dd{font:650 var(--cs-text-code)/1.3 var(--cs-mono);letter-spacing:.06em}

.cs-icon{flex:none;width:1.25rem;height:1.25rem}
.cs-mood{display:inline-flex;padding:var(--cs-3);border:1px solid transparent;border-radius:50%}
.cs-good{color:var(--cs-good);background:var(--cs-good-tint)}
.cs-warn{color:var(--cs-warn);background:var(--cs-warn-tint)}
.cs-danger{color:var(--cs-danger);background:var(--cs-danger-tint)}
.cs-info{color:var(--cs-accent);background:var(--cs-accent-tint)}
.cs-notice{display:flex;gap:var(--cs-2);padding:var(--cs-3);border:1px solid currentColor;border-radius:var(--cs-radius-m)}
.cs-notice .cs-icon,.cs-error .cs-icon{margin-top:.125rem}
.cs-notice p{min-width:0}

.cs-code label,.cs-ways legend{font-weight:650}
.cs-hint{color:var(--cs-soft);font-size:var(--cs-text-s)}
.cs-error{display:flex;gap:var(--cs-2);margin-top:var(--cs-2);color:var(--cs-danger)}
.cs-error:empty{display:none}
.cs-error p{min-width:0}
.cs-field{display:block;width:100%;min-width:0;height:3.5rem;margin-block:var(--cs-2) var(--cs-4);padding-inline:var(--cs-4);color:var(--cs-ink);background:var(--cs-surface);border:1px solid var(--cs-edge);border-radius:var(--cs-radius-m);font:400 var(--cs-text-code)/1.2 var(--cs-mono);letter-spacing:.12em}
.cs-field[aria-invalid="true"]{border:2px solid var(--cs-danger)}
.cs-field:focus{outline:var(--cs-ring) solid var(--cs-accent);outline-offset:-1px;border-color:transparent}
.cs-field[aria-invalid="true"]:focus{outline-color:var(--cs-danger);outline-offset:-2px}

.cs-disguised{-webkit-text-security:disc;text-security:disc}
.cs-field:has(+.cs-hide){margin-bottom:0}
.cs-hide{margin-bottom:var(--cs-2);padding-inline:var(--cs-1)}
.cs-hide[aria-pressed="true"]{font-weight:650}
.cs-words{font-family:inherit;font-size:inherit;letter-spacing:normal}
.cs-section{margin:0;font-size:var(--cs-text-xl);font-weight:650;line-height:1.3}
.cs-card>*+.cs-section{margin-top:var(--cs-5)}
.cs-card>:not(h1)+.cs-section{padding-top:var(--cs-5);border-top:1px solid var(--cs-line)}
.cs-card>.cs-section+*{margin-top:var(--cs-3)}
.cs-card>.cs-opening{margin-top:var(--cs-2)}
.cs-opening summary{min-height:var(--cs-target-min);padding-block:var(--cs-3);color:var(--cs-accent);font-size:var(--cs-text-s);cursor:pointer}
.cs-opening>p{margin-block:0 var(--cs-3)}
.cs-opening .cs-plain{margin-top:var(--cs-2)}
.cs-events{margin:0;padding:0;list-style:none}
.cs-events li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:0 var(--cs-4);padding-block:var(--cs-2);overflow-wrap:anywhere}
.cs-events li+li{border-top:1px solid var(--cs-line)}
.cs-events li:first-child{padding-top:0}
.cs-events p{flex:1 1 12rem;min-width:0}

.cs-ways{padding:0;border:0;min-inline-size:0}
.cs-ways legend{padding:0;margin-bottom:var(--cs-2)}
.cs-way{display:flex;align-items:center;gap:var(--cs-3);min-height:var(--cs-target);margin-bottom:var(--cs-2);padding:var(--cs-2) var(--cs-4);border:1px solid var(--cs-edge);border-radius:var(--cs-radius-m);cursor:pointer}
.cs-way:has(input:checked){border-color:var(--cs-accent);background:var(--cs-accent-tint);box-shadow:inset 0 0 0 1px var(--cs-accent)}
.cs-way span{min-width:0}
.cs-way input{flex:none;width:1.25rem;height:1.25rem;margin:0;accent-color:var(--cs-accent)}

.cs-button,.cs-plain{display:inline-flex;align-items:center;justify-content:center;margin:0;border:1px solid transparent;border-radius:var(--cs-radius-m);font:inherit;text-align:center;text-decoration:none;cursor:pointer;overflow-wrap:anywhere;transition:background-color var(--cs-quick),color var(--cs-quick),border-color var(--cs-quick)}
.cs-button{width:100%;min-height:var(--cs-target);padding:var(--cs-2) var(--cs-5);color:var(--cs-on-accent);background:var(--cs-accent);font-weight:650}
.cs-button:hover{background:var(--cs-accent-strong)}
.cs-second{color:var(--cs-accent);background:transparent;border-color:var(--cs-edge)}
.cs-second:hover{color:var(--cs-accent-strong);background:var(--cs-accent-tint)}
.cs-actions{display:grid;gap:var(--cs-3)}
.cs-card>.cs-actions{margin-top:var(--cs-5)}
.cs-ways+.cs-button{margin-top:var(--cs-2)}

.cs-plain{justify-content:start;min-width:var(--cs-target-min);min-height:var(--cs-target-min);padding:0;border:0;border-radius:var(--cs-radius-s);color:var(--cs-accent);background:none;font-size:var(--cs-text-s);text-align:start;text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}
.cs-plain:hover{color:var(--cs-accent-strong);text-decoration-thickness:2px}
.cs-plain[aria-disabled="true"]{color:var(--cs-soft);text-decoration:none;cursor:default}
.cs-lesser{display:flex;flex-wrap:wrap;gap:0 var(--cs-4)}
.cs-card>.cs-lesser{margin-top:var(--cs-2)}
.cs-card>.cs-lesser+.cs-hint{margin-top:0}
.cs-status{padding:var(--cs-3);background:var(--cs-accent-tint);border:1px solid var(--cs-accent);border-radius:var(--cs-radius-m)}
.cs-card>.cs-status:empty{margin:0;padding:0;border:0}
.cs-foot{padding-top:var(--cs-4);border-top:1px solid var(--cs-line);color:var(--cs-soft);font-size:var(--cs-text-s)}
.cs-foot strong{color:var(--cs-ink)}
.cs-stop{color:var(--cs-danger)}
.cs-stop:hover{color:var(--cs-danger)}

.cs-footer{display:flex;flex-wrap:wrap;justify-content:center;gap:0 var(--cs-5);padding-block:var(--cs-4)}
.cs-footer a{display:inline-flex;align-items:center;justify-content:center;min-width:var(--cs-target-min);min-height:var(--cs-target-min);color:var(--cs-soft);font-size:var(--cs-text-s);text-underline-offset:.2em}
.cs-footer a:hover{color:var(--cs-ink)}

@media (min-width:40rem){
.cs-top{padding-inline:var(--cs-6)}
.cs-main{padding:clamp(1rem,4vh,3rem) var(--cs-4) var(--cs-6)}
.cs-card{padding:var(--cs-6)}
.cs-card>*+*{margin-top:var(--cs-5)}
.cs-card>.cs-mood+h1{margin-top:var(--cs-4)}
.cs-card>h1+p,.cs-card>p+p{margin-top:var(--cs-3)}
}
@media (forced-colors:active){
.cs-card,.cs-facts,.cs-mood,.cs-button{border-color:CanvasText}
.cs-field:focus{border-color:Highlight}
.cs-way:has(input:checked){border-color:Highlight}
.cs-plain[aria-disabled="true"]{color:GrayText}
}
@media (prefers-reduced-motion:reduce){*,*::before,*::after{transition:none!important;animation:none!important;scroll-behavior:auto!important}}
@media print{
html{background:#fff;color:#000}
.cs-card{box-shadow:none;border-color:#000}
.cs-facts{background:none;border-color:#000}
form,.cs-actions,.cs-lesser,.cs-foot,.cs-footer{display:none}
}
`
