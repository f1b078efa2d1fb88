# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The style of the page: light and dark, narrow and wide, on screen and on paper. States differ by their sign too, not by colour alone."""

from __future__ import annotations

LIGHT = """\
color-scheme: light; --page: #f5f6f8; --card: #fff; --text: #1c2430; --muted: #5a6573; --line: #dfe3e8; --soft: #eef1f4; --accent: #2f5fa8;
--high: #b3261e; --high-soft: #fdf0ee; --medium: #96580a; --medium-soft: #fdf5e6; --low: #3b6290; --low-soft: #eef4fb;
--good: #2c7a55; --good-soft: #d5ebe0; --on: #fff;"""
DARK = """\
color-scheme: dark; --page: #12161c; --card: #1a2028; --text: #e4e8ed; --muted: #9aa6b4; --line: #2f3843; --soft: #232b35; --accent: #8db8f5;
--high: #ff8a80; --high-soft: #3a2023; --medium: #f0b95b; --medium-soft: #352a18; --low: #93bdec; --low-soft: #1f2c3b;
--good: #63c199; --good-soft: #1f4435; --on: #12161c;"""

COLOURS = f"""
:root {{ {LIGHT} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
@media screen {{ :root[data-theme=light] {{ {LIGHT} }} :root[data-theme=dark] {{ {DARK} }} }}
"""

STYLE = COLOURS + """
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0 auto; padding: 1.5rem clamp(.8rem, 3vw, 2.5rem); max-width: 100rem; background: var(--page); color: var(--text); overflow-wrap: break-word;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
.zh, [data-lang=zh] .en { display: none; }
[data-lang=zh] .zh { display: inline; }
[data-lang=zh] p.zh { display: block; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:root { font-size: 15px; }
h1, h2, h3, h4, p, ul { margin: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin-bottom: .7rem; }
h3 { font-size: 1rem; margin: 1.1rem 0 .5rem; }
h4 { font-size: 1rem; font-weight: 600; display: inline; }
ul { list-style: none; padding: 0; }
a { color: var(--accent); }
small { display: block; font-size: .82rem; color: var(--muted); font-weight: 400; }
code { font: .82em ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--muted); }
bdi { overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.note { margin-bottom: .5rem; font-size: .85rem; }
.top { display: flex; justify-content: space-between; gap: 1rem; flex-wrap: wrap; align-items: start; margin-bottom: 1.1rem; }
.switches { display: flex; gap: .6rem; }
.switches div { display: flex; }
.switches div button:first-child { border-radius: .45rem 0 0 .45rem; }
.switches div button + button { border-radius: 0 .45rem .45rem 0; margin-left: -1px; }
button, select, input[type=search] { font: inherit; font-size: .9rem; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .45rem; padding: .32rem .7rem; min-height: 2.1rem; }
button { cursor: pointer; }
button:hover { background: var(--soft); }
button[aria-pressed=true] { background: var(--text); border-color: var(--text); color: var(--page); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.1rem 1.3rem 1.3rem; margin-bottom: 1.1rem; }

.verdict { border-left: .4rem solid var(--good); }
.verdict.high { border-left-color: var(--high); }
.verdict.medium { border-left-color: var(--medium); }
.verdict.low { border-left-color: var(--low); }
.verdict p { font-size: 1.18rem; line-height: 1.45; max-width: 70rem; }
.numbers { display: flex; flex-wrap: wrap; gap: .5rem 2.2rem; margin-top: 1rem; }
.numbers li { color: var(--muted); }
.numbers strong { display: block; font-size: 2rem; line-height: 1.15; font-weight: 650; color: var(--text); font-variant-numeric: tabular-nums; }
.numbers .high strong { color: var(--high); }
.numbers .medium strong { color: var(--medium); }
.numbers .low strong { color: var(--low); }
.intro { color: var(--muted); max-width: 75rem; margin: 0 .2rem 1.1rem; font-size: .93rem; }

.filter { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: center; padding: .55rem .2rem;
  margin-bottom: .6rem; background: var(--page); border-bottom: 1px solid var(--line); }
.filter fieldset { display: flex; gap: .8rem; border: 0; margin: 0; padding: 0; }
.filter .grow { flex: 1 1 12rem; max-width: 24rem; }
.filter input[type=search] { width: 100%; }
.filter select { max-width: 11rem; }
.filter output { color: var(--muted); font-size: .88rem; }
.choice { display: inline-flex; align-items: center; gap: .35rem; cursor: pointer; }
.choice input { accent-color: var(--accent); }

.sev { display: inline-block; padding: 0 .55em; border-radius: .35rem; font-size: .85rem; font-weight: 600; white-space: nowrap; border: 1px solid; }
.sev.high { color: var(--high); background: var(--high-soft); }
.sev.medium { color: var(--medium); background: var(--medium-soft); }
.sev.low { color: var(--low); background: var(--low-soft); }
.sev.high::before { content: "\\25B2  "; font-size: .75em; }
.sev.medium::before { content: "\\25C6  "; font-size: .75em; }
.sev.low::before { content: "\\25CB  "; font-size: .75em; }
.count { color: var(--muted); font-weight: 400; font-variant-numeric: tabular-nums; }
.group { border: 1px solid var(--line); border-left: .25rem solid var(--low); border-radius: .5rem; margin-bottom: .55rem; }
.group.high { border-left-color: var(--high); }
.group.medium { border-left-color: var(--medium); }
.group > summary { padding: .5rem .8rem; cursor: pointer; }
.group > summary code { float: right; margin: .2rem 0 0 1rem; }
.group .advice { display: block; color: var(--muted); font-size: .92rem; padding-left: 1.15em; }
.group > table { border-top: 1px solid var(--line); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .32rem .8rem; font-weight: 400; }
thead th { color: var(--muted); font-size: .82rem; white-space: nowrap; }
tbody tr + tr { border-top: 1px solid var(--soft); }
.group table { table-layout: fixed; }
.group .narrow { width: 18%; }
.group td { padding-top: .24rem; padding-bottom: .24rem; }
.group td:first-child { padding-left: 1.95rem; }
.group .advice[lang=en] { color: var(--text); }
.figure { text-align: right; font-variant-numeric: tabular-nums; }
.share { white-space: nowrap; font-variant-numeric: tabular-nums; }
svg .all { fill: var(--soft); }
svg .part { fill: var(--good); }
#coverage > table, #accepted > table { display: block; overflow-x: auto; }
#accepted td, #coverage td:last-child { min-width: 9rem; }
#coverage tbody th { min-width: 8rem; }
#accepted td:first-child, #accepted td:last-child { min-width: 0; white-space: nowrap; }
#accepted td, #coverage td { overflow-wrap: anywhere; }

.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; align-items: center; color: var(--muted); font-size: .88rem; margin-bottom: .8rem; }
.legend i { margin-right: .4rem; vertical-align: -.15rem; }
i { display: inline-block; width: 1rem; height: 1rem; border-radius: .2rem; font: 700 .72rem/1rem system-ui, sans-serif; text-align: center;
  border: 1px solid transparent; line-height: .88rem; }
.s { background: var(--good-soft); color: var(--good); }
.s::before { content: "\\2713"; }
.f { background: var(--high); color: var(--on); }
.f::before { content: "\\00D7"; }
.m { background: var(--high-soft); color: var(--high); border-color: var(--high); }
.m::before { content: "!"; }
.r { border-color: var(--low); color: var(--low); }
.r::before { content: "\\2026"; }
.n { border-color: var(--line); color: var(--muted); }
.u { border: 1px dashed var(--line); color: var(--muted); }
.u::before { content: "?"; }
.matrix > tbody > tr > th { width: 17rem; font-weight: 600; padding-left: .2rem; }
.matrix td { padding: .35rem 0; }
.matrix td > ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.4rem, 1fr)); gap: .35rem; }
.own { font-weight: 600; }
.own.high { color: var(--high); }
.own.medium { color: var(--medium); }
.own.low { color: var(--low); }
.own.high::before { content: "\\25B2  "; }
.own.medium::before { content: "\\25C6  "; }
.own.low::before { content: "\\25CB  "; }
.plan { border: 1px solid var(--line); border-left: .25rem solid var(--line); border-radius: .4rem; height: 100%; }
.plan.high { border-left-color: var(--high); background: var(--high-soft); }
.plan.medium { border-left-color: var(--medium); background: var(--medium-soft); }
.plan.low { border-left-color: var(--low); }
.plan.off { border-style: dashed; }
.plan.off bdi { color: var(--muted); text-decoration: line-through; }
.plan:target { outline: 2px solid var(--accent); }
.plan > summary { list-style: none; display: grid; grid-template-columns: minmax(0, 1fr) auto auto; column-gap: .4rem; align-items: baseline;
  padding: .2rem .45rem .35rem; cursor: pointer; font-size: .88rem; }
.plan > summary::-webkit-details-marker { display: none; }
.plan > summary bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.plan[open] > summary bdi { white-space: normal; }
.plan .age { color: var(--muted); font-size: .8rem; white-space: nowrap; }
.plan.high > summary::after, .plan.medium > summary::after, .plan.low > summary::after { grid-row: 1; grid-column: 3; font-size: .7rem; }
.plan.high > summary::after { content: "\\25B2"; color: var(--high); }
.plan.medium > summary::after { content: "\\25C6"; color: var(--medium); }
.plan.low > summary::after { content: "\\25CB"; color: var(--low); }
.runs { grid-column: 1 / -1; display: flex; gap: .16rem; }
li:has(> .plan[open]) { grid-column: 1 / -1; }
.plan > ul { display: flex; flex-wrap: wrap; gap: .15rem 1.6rem; padding: .1rem .6rem .5rem; font-size: .85rem; overflow-wrap: anywhere; }
.plan > ul li::before { color: var(--muted); margin-right: .4rem; }
.schedule::before { content: "Schedule"; }
.types::before { content: "Types"; }
.sends::before { content: "Sends by"; }
.good::before { content: "Last success"; }
.last::before { content: "Last run"; }
.next::before { content: "Next run"; }
.proved::before { content: "Proved by a drill"; }
[data-lang=zh] .schedule::before { content: "\\5B9A\\65F6"; }
[data-lang=zh] .types::before { content: "\\7C7B\\578B"; }
[data-lang=zh] .sends::before { content: "\\53D1\\9001\\65B9\\5F0F"; }
[data-lang=zh] .good::before { content: "\\6700\\8FD1\\6210\\529F"; }
[data-lang=zh] .last::before { content: "\\6700\\8FD1\\6267\\884C"; }
[data-lang=zh] .next::before { content: "\\4E0B\\6B21\\6267\\884C"; }
[data-lang=zh] .proved::before { content: "\\6F14\\7EC3\\9A8C\\8BC1"; }
#unseen ul { list-style: disc; padding-left: 1.2rem; }

@media (max-width: 45rem) {
  body { padding-top: .8rem; }
  .filter { position: static; }
  .matrix, .matrix > tbody, .matrix > tbody > tr, .matrix > tbody > tr > th, .matrix td { display: block; width: auto; }
  .matrix > thead { display: none; }
  .matrix > tbody > tr { padding: .5rem 0; }
  .group > summary code { float: none; margin: 0; }
  .group table, .group tbody, .group tr { display: block; }
  .group tr { padding: .35rem .9rem; }
  .group td:nth-child(n) { display: inline; padding: 0; }
  .group td:nth-child(2):not(:empty)::before { content: " \\00B7  "; color: var(--muted); }
  .group td:nth-child(3) { display: block; color: var(--muted); }
  section { padding: .9rem; }
  th, td { padding: .3rem .4rem; }
}
@media print {
  @page { margin: 1.4cm; }
  :root { font-size: 10.5px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { padding: 0; max-width: none; background: #fff; }
  section { border: 0; padding: 0; margin-bottom: 1.2rem; }
  .verdict { border-left: .4rem solid; padding-left: .8rem; }
  .filter, .switches { display: none !important; }
  .numbers strong { font-size: 1.5rem; }
  h2, h3, summary, thead { break-after: avoid; }
  tr, .plan, .group { break-inside: avoid; }
  .matrix td > ul { grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); }
  .f { outline: 1px solid #000; }
  a { color: inherit; text-decoration: none; }
  #coverage > table, #accepted > table { display: table; }
  .group > summary { list-style: none; }
}
"""
