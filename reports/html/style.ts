// The report's style sheet: two themes by preference or choice, contrast of at least 4.5 : 1 in both, print on A4.

export const STYLE_SHEET = `
:root {
  color-scheme: light;
  --ground: #ffffff; --panel: #f6f7f9; --ink: #1a1d21; --quiet: #555c66; --line: #d5d9df; --accent: #0b5cad;
  --good: #17692f; --doubt: #8a5300; --bad: #b3261e; --grid: #e3e6ea; --shade: #eceff3;
}
:root[data-theme="dark"] {
  color-scheme: dark;
  --ground: #14171b; --panel: #1c2026; --ink: #e8eaed; --quiet: #a7afba; --line: #363c45; --accent: #7ab8f5;
  --good: #6fd08c; --doubt: #f0b35a; --bad: #ff8a80; --grid: #2b3038; --shade: #22272e;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header.top { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
header.top { display: flex; justify-content: space-between; align-items: center; padding-top: 16px; color: var(--quiet); font-size: 14px; }
h1 { font-size: 26px; line-height: 1.3; margin: 4px 0 12px; }
h2 { font-size: 18px; line-height: 1.35; margin: 0 0 4px; }
p { margin: 0 0 8px; }
section { margin: 32px 0; }
button { font: inherit; font-size: 14px; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 4px 12px; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.verdict { border-left: 6px solid var(--quiet); background: var(--panel); border-radius: 0 8px 8px 0; padding: 16px 20px; margin: 16px 0 24px; }
.verdict.decided { border-color: var(--good); } .verdict.failed { border-color: var(--bad); } .verdict.inconclusive { border-color: var(--doubt); }
.verdict .word { font-size: 14px; font-weight: 700; letter-spacing: .06em; }
.verdict.decided .word { color: var(--good); } .verdict.failed .word { color: var(--bad); } .verdict.inconclusive .word { color: var(--doubt); }
.verdict ul { margin: 8px 0; padding-left: 20px; }
.description, .note, .shape { color: var(--quiet); font-size: 14px; }
.chart { width: 100%; height: 320px; margin-top: 8px; }
.chart.failed { height: auto; padding: 16px; border: 1px dashed var(--line); color: var(--quiet); }
.tools { display: flex; justify-content: flex-end; gap: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding: 8px 0; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
th:first-child, td:first-child { padding-left: 0; }
thead th { vertical-align: bottom; font-weight: 600; overflow-wrap: normal; }
tbody th { font-weight: 600; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; }
code { font: 13px/1.5 ui-monospace, monospace; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 2px 6px; overflow-wrap: anywhere; }
ul { padding-left: 20px; } li { overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 14px; list-style: none; padding: 0; margin: 8px 0; }
.legend b { display: inline-block; width: 20px; height: 20px; line-height: 20px; margin-right: 6px; text-align: center; font-size: 12px; border-radius: 3px; }
footer { color: var(--quiet); font-size: 14px; max-width: 1200px; margin: 32px auto; padding: 0 24px; }
@media (max-width: 600px) { main, header.top, footer { padding-left: 12px; padding-right: 12px; } th, td { padding: 6px 8px; } h1 { font-size: 21px; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media print {
  @page { size: A4; margin: 14mm; }
  button, .tools { display: none; } section { break-inside: avoid; } .scroll { overflow: visible; }
  details > * { display: block; } summary { display: none; }
}
`;
