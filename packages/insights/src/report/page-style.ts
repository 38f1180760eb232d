import { Html } from './html.ts';

/** Light and dark by the reader's choice; printed light. */
export const PAGE_STYLE: Html = new Html(`
:root{--page:#fff;--card:#f5f6f8;--text:#1c2026;--soft:#5a6472;--line:#dde1e7;--good:#0c6a45;--warning:#8a5200;--bad:#a8281a}
@media screen and (prefers-color-scheme:dark){:root{--page:#15181d;--card:#1f242b;--text:#e8ebef;--soft:#a2abb8;--line:#343b45;
--good:#6fd3a5;--warning:#f0b45a;--bad:#ff9385}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:72rem;margin:0 auto;padding:2rem 1rem}
h1{margin:0;font-size:1.6rem}
h2{margin:2.25rem 0 .75rem;font-size:1.15rem}
header p,footer p{color:var(--soft);margin:.4rem 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.5rem 0 0}
.tiles div{background:var(--card);border-radius:.5rem;padding:.75rem 1rem}
.tiles dt{color:var(--soft)}
.tiles dd{margin:0;font-size:1.5rem;font-weight:600;font-variant-numeric:tabular-nums}
.tiles dd.health{font-size:.9rem}
.healthy .health{color:var(--good)}.warning .health{color:var(--warning)}.critical .health{color:var(--bad)}
figure{margin:0}
.chart{overflow-x:auto}
.chart svg{max-width:100%;height:auto}
.chart.dark{display:none}
@media screen and (prefers-color-scheme:dark){.chart.dark{display:block}.chart.light{display:none}}
.scroll{overflow-x:auto}
table{border-collapse:collapse;min-width:50%}
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--soft);font-size:.9em;font-weight:600}
.number,.share{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
summary{cursor:pointer;color:var(--soft)}
@media print{details::details-content{content-visibility:visible;height:auto}.tiles div,figure,tr{break-inside:avoid}.scroll{overflow:visible}table{font-size:.75em}}
`);
