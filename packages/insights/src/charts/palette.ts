/** Who looks at a picture: on a light page or on a dark one. */
export type Theme = 'light' | 'dark';

/** Colours of pictures. `statuses` are those of bugs, in their order. */
export interface Palette {
  readonly text: string;
  readonly line: string;
  readonly bar: string;
  readonly statuses: readonly string[];
}

export const PALETTES: Readonly<Record<Theme, Palette>> = {
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
