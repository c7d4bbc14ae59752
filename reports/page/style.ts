/** How pages look: light and dark, from a phone to a wall, and on paper. */
export const pageStyle = `:root { color-scheme: light dark; --ink: #111111; --paper: #ffffff; --line: #dddddd; --soft: #f3f3f3; --accent: #0060a0; --shade: #00000066; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181c; --line: #3a3d44; --soft: #24272d; --accent: #6cb8f0; --shade: #ffffff66; } }
body { font: 15px/1.45 "DejaVu Sans", Verdana, system-ui, sans-serif; margin: 0; color: var(--ink); background: var(--paper); }
main { max-width: min(94vw, 120rem); margin: 2rem auto; padding: 0 0.5rem; }
a { color: var(--accent); }
p, .lead { max-width: 64rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; }
h2 { margin-top: 2.2rem; font-size: 1.1rem; }
h3 { margin: 1.2rem 0 0.3rem; font-size: 0.95rem; }
div.lead { border-left: 4px solid var(--accent); padding-left: 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
figure { margin: 1rem 0; max-width: 64rem; overflow-x: auto; }
figure > svg { width: 100%; height: auto; }
figure.explore { position: relative; max-width: none; overflow: visible; }
.still { max-width: 64rem; }
.still, figure > svg.marks { color: var(--ink); }
:is(.still, figure) svg.marks :is([fill="#000"], [fill="#000000"], [fill="#111111"], [fill="black"]) { fill: var(--ink); }
:is(.still, figure) svg.marks :is([stroke="#000000"], [stroke="#111111"], [stroke="#222222"]) { stroke: var(--ink); }
:is(.still, figure) svg.marks :is([fill="#ffffff"], [fill="white"]) { fill: var(--paper); }
:is(.still, figure) svg.marks [stroke="#ffffff"] { stroke: var(--paper); }
:is(.still, figure) svg.marks [stroke="#dddddd"] { stroke: var(--line); }
.still svg { display: block; width: 100%; height: auto; }
.still.narrow { display: none; }
ul.legend { list-style: none; margin: 0; padding: 0.5rem; font-size: 0.85rem; }
.controls, .canvas, .explore figcaption { display: none; }
.live .controls { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: baseline; }
.live .canvas, .live figcaption { display: block; }
.live .still.wide, .live .still.narrow { display: none; }
.controls fieldset { border: 0; margin: 0; min-width: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; }
.controls legend { float: left; margin-right: 0.7rem; font-weight: bold; padding: 0; }
.controls label { white-space: nowrap; }
.hint { width: 100%; margin: 0; font-size: 0.85rem; }
.swatch { display: inline-block; margin-right: 0.3em; width: 0.8em; height: 0.8em; border: 1px solid var(--ink); }
.canvas svg { display: block; max-width: 100%; }
.canvas .bars path:focus, .canvas .points path:focus { outline: none; stroke: var(--accent); stroke-width: 4px; }
.tooltip { position: absolute; z-index: 2; box-sizing: border-box; max-width: min(26rem, 94vw); padding: 0.5rem 0.7rem; font-size: 0.85rem; color: var(--paper); background: var(--ink); border-radius: 4px; pointer-events: none; }
.tooltip div:first-child { font-weight: bold; }
details { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: 0.5rem 0; }
summary h2, summary h3 { display: inline; margin: 0; font-size: 1rem; }
summary .brief { font-size: 0.85rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 29rem)); gap: 1rem 2rem; }
.pictures figure { margin: 0.5rem 0; }
figcaption { font-size: 0.8rem; max-width: 64rem; }
svg.small { width: 100%; font: 12.5px "DejaVu Sans", Verdana, sans-serif; }
svg.small text { fill: currentColor; }
svg.small .course { fill: none; stroke-width: 1.6px; }
@media (prefers-color-scheme: dark) { svg.small .course { filter: drop-shadow(0 0 0.7px #ffffff); } }
h4 { margin: 1rem 0 0.3rem; font-size: 0.9rem; }
div.scroll { overflow-x: auto; background: linear-gradient(to right, var(--paper) 1rem, transparent) local 0 0 / 2.5rem 100% no-repeat, linear-gradient(to left, var(--paper) 1rem, transparent) local 100% 0 / 2.5rem 100% no-repeat, linear-gradient(to right, var(--shade), transparent) scroll 0 0 / 0.9rem 100% no-repeat, linear-gradient(to left, var(--shade), transparent) scroll 100% 0 / 0.9rem 100% no-repeat; }
table { border-collapse: separate; border-spacing: 0; border-bottom: 1px solid var(--line); font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.7rem 0.15rem 0; text-align: left; vertical-align: top; }
td { border-top: 1px solid var(--line); }
.right { text-align: right; }
.right, .short { white-space: nowrap; }
th, th.right, th.short { white-space: normal; vertical-align: bottom; }
tr > :first-child, table.grouped tr > :nth-child(2) { background: var(--paper); }
tr > :first-child { position: sticky; left: 0; z-index: 1; }
table.tight tr > :first-child { display: none; }
table.tight tr > :nth-child(2) { position: sticky; left: 0; z-index: 1; }
table.tight [data-of]::before { content: attr(data-of); display: block; font-weight: bold; }
.sideways { margin: 0.3rem 0 0; font-size: 0.85rem; font-style: italic; }
.sideways[hidden] { display: none; }
th button { all: unset; cursor: pointer; font: inherit; }
th button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
th button::after { content: " ↕"; opacity: 0.6; }
th[aria-sort="ascending"] button::after { content: " ↑"; opacity: 1; }
th[aria-sort="descending"] button::after { content: " ↓"; opacity: 1; }
.filter { display: block; margin: 0.4rem 0; font-size: 0.85rem; }
pre, code { background: var(--soft); }
pre { padding: 0.7rem; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 70rem) {
  table.grouped tr > :first-child { display: none; }
  table.grouped tr > :nth-child(2) { position: sticky; left: 0; z-index: 1; }
  table.grouped [data-of]::before { content: attr(data-of); display: block; font-weight: bold; }
}
@media (max-width: 47rem) {
  tr > :first-child, table.grouped tr > :nth-child(2) { max-width: 9.5rem; white-space: normal; overflow-wrap: break-word; }
  tr > :first-child:not(.right), table.grouped tr > :nth-child(2):not(.right) { min-width: 7rem; }
  .controls label { white-space: normal; }
  .still.wide { display: none; }
  .still.narrow { display: block; }
  figure > svg:not(.small) { width: auto; }
  div.scroll td:last-child:not(.right) { min-width: 12rem; }
}
@media print {
  :root { color-scheme: light; --ink: #000000; --paper: #ffffff; --line: #bbbbbb; --soft: #f3f3f3; --accent: #000000; }
  th button::after { content: none; }
  .sideways, .filter, .controls, .canvas, .still.narrow, .live .controls, .live .canvas, .live figcaption { display: none; }
  .still.wide, .live .still.wide { display: block; }
  details::details-content { display: block; content-visibility: visible; block-size: auto; }
  div.scroll { background: none; overflow: visible; }
  div.scroll td:last-child:not(.right) { min-width: 0; }
  table { font-size: 0.6rem; }
  th, td { padding-right: 0.35rem; }
  .right, .short { white-space: normal; }
  tr > :first-child, table.grouped tr > :nth-child(2) { position: static; max-width: none; }
  tr, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`;
