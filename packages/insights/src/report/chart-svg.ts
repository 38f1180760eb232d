import type { TopLevelSpec } from 'vega-lite';

export type Theme = 'light' | 'dark';

const THEMES: Readonly<Record<Theme, { text: string; line: string; bar: string; statuses: string[] }>> = {
  light: {
    text: '#1c2026',
    line: '#dde1e7',
    bar: '#2f6fde',
    statuses: ['#2f6fde', '#0c7a6b', '#7fcdbb', '#c4482f', '#9aa1ab'],
  },
  dark: {
    text: '#e8ebef',
    line: '#343b45',
    bar: '#6ea0ff',
    statuses: ['#6ea0ff', '#2fa894', '#a5e3d3', '#ef7d63', '#7d8692'],
  },
};

/**
 * Draws a chart as SVG, the same bytes each time. Vega is loaded here, because only pages with pictures need it. Its loader
 * would read files and addresses that data name; this one refuses.
 */
export async function chartSvg(spec: TopLevelSpec, theme: Theme): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const refuse = () => Promise.reject(new Error('Charts load nothing.'));
  const loader = { ...vega.loader(), load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const { spec: compiled } = compile(spec, { config: configOf(theme) });
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', loader, logLevel: vega.None });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function configOf(theme: Theme) {
  const { text, line, bar, statuses } = THEMES[theme];
  return {
    background: 'transparent',
    font: 'system-ui, sans-serif',
    bar: { color: bar },
    range: { statuses },
    view: { stroke: null },
    axis: {
      labelColor: text,
      titleColor: text,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      labelFontSize: 12,
    },
    legend: { labelColor: text, titleColor: text, labelFontSize: 12 },
  };
}
