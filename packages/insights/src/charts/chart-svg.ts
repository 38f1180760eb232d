import type { TopLevelSpec } from 'vega-lite';
import type { ChartSpec } from './chart.ts';
import { PALETTES, type Theme } from './palette.ts';

/**
 * Draws a chart as SVG, the same bytes each time. Vega is loaded here, because only pages with pictures need it. Its loader
 * would read files and addresses that data name; this one refuses.
 */
export async function chartSvg(spec: ChartSpec, theme: Theme): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const refuse = () => Promise.reject(new Error('Charts load nothing.'));
  const loader = { ...vega.loader(), load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const { spec: compiled } = compile(spec as unknown as TopLevelSpec, { config: configOf(theme) });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader, logLevel: vega.None });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function configOf(theme: Theme) {
  const { text, line, bar, statuses } = PALETTES[theme];
  return {
    background: 'transparent',
    font: 'system-ui, sans-serif',
    bar: { color: bar },
    range: { statuses: [...statuses] },
    view: { stroke: null },
    axis: {
      labelColor: text,
      titleColor: text,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      labelFontSize: 12,
    },
    header: { labelColor: text, titleColor: text, labelFontSize: 12 },
    legend: { labelColor: text, titleColor: text, labelFontSize: 12 },
  };
}
