import { Html } from './html.ts';

/** Colours differ in lightness too, so that the statuses can be told apart without seeing hues. */
export const PAGE_STYLE: Html = new Html(`
:root{--page:#fff;--card:#f5f6f8;--text:#1c2026;--soft:#5a6472;--line:#dde1e7;
--open:#2f6fde;--accepted:#0c7a6b;--auto_accepted:#7fcdbb;--rejected:#c4482f;--other:#9aa1ab}
@media (prefers-color-scheme:dark){:root{--page:#15181d;--card:#1f242b;--text:#e8ebef;--soft:#a2abb8;--line:#343b45;
--open:#6ea0ff;--accepted:#2fa894;--auto_accepted:#a5e3d3;--rejected:#ef7d63;--other:#7d8692}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:64rem;margin:0 auto;padding:2rem 1rem}
h1{margin:0;font-size:1.6rem}
h2{margin:2.25rem 0 .75rem;font-size:1.15rem}
header p,footer p,small,.legend{color:var(--soft)}
header p{margin:.4rem 0 1.5rem}
small{font-weight:400}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:0}
.tiles div{background:var(--card);border-radius:.5rem;padding:.75rem 1rem}
.tiles dd{margin:0;font-size:1.6rem;font-weight:600;font-variant-numeric:tabular-nums}
.tiles dt{color:var(--soft)}
.stack{display:flex;gap:2px;height:1rem;border-radius:.25rem;overflow:hidden;background:var(--card)}
section>.stack{height:1.75rem}
.stack span,.legend i,.single{background:var(--open)}
.single{display:block;height:1rem;min-width:2px;border-radius:.25rem}
.stack .accepted,.legend .accepted{background:var(--accepted)}
.stack .auto_accepted,.legend .auto_accepted{background:var(--auto_accepted)}
.stack .rejected,.legend .rejected{background:var(--rejected)}
.stack .other,.legend .other{background:var(--other)}
.legend{list-style:none;margin:.75rem 0 1rem;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:.25rem 1.5rem}
.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:.2rem;margin-right:.5rem}
.legend b{color:var(--text)}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;margin-top:1rem}
th,td{padding:.4rem .6rem;border-bottom:1px solid var(--line);text-align:left;font-weight:400}
thead th,tfoot th,tfoot td{color:var(--soft);font-size:.9em}
tfoot th,tfoot td{border-bottom:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.bar{width:40%;min-width:8rem}
.bars th,.bars td{border-bottom:0;padding:.2rem .6rem}
.bars th{width:12rem}
.bars td.bar{width:auto}
@media print{.tiles div,.stack{break-inside:avoid}}
`);
