/** Titles of tests by language. `{area}` is the feature under test, `{release}` a version, `{month}` a month. */
export const TITLES: Readonly<Record<'en' | 'de', readonly string[]>> = {
  en: [
    'Release {release}, {area}',
    'Regression {release}: {area}',
    '{area} smoke check',
    '{area} on mobile devices',
    'Hotfix {release} – {area}',
    '{month} coverage run: {area}',
    'Exploratory: {area} as a {persona}',
    '[Sprint {number}] {area}',
    '{area} before the campaign',
  ],
  de: [
    'Regressionstest {release}: {area}',
    '{area} nach dem Relaunch',
    'Abnahme {release} – {area}',
    'Kurztest {area}',
  ],
};

export const GOALS = [
  'Find anything that **stops a {persona}** in {area}.',
  'We changed {area} completely. Please look at *every* path through it.',
  'Check that {area} works on small screens, with slow networks and after going back.',
  'New release {release}: make sure that nothing old is broken.',
  'Bitte prüft {area} auf allen gängigen Geräten.',
] as const;

export const OUT_OF_SCOPE = [
  'Translations other than English and German.',
  'Everything behind "Partner".\n\n- wording\n- pictures',
  'Newsletter and cookie banner.',
  'Performance.',
] as const;

export const INSTRUCTIONS = [
  'Use the card numbers on the access page.',
  '1. Sign in with the test account.\n2. Open {area}.\n3. Try to do what a {persona} would do.\n\n**Never** use real personal data.',
  'Please add a screen recording to every bug. Orders may be placed, they are cancelled every night.',
  'Start with the stories, then explore freely. Report each problem once, with the shortest steps you can find. '
    .repeat(3)
    .trim(),
  'Bitte meldet Fehler auf Deutsch. Testdaten stehen auf der Zugangsseite.',
] as const;

export const REVIEW_COMMENTS = [
  'Please name the test account.',
  'Scope is clear, thank you.',
  'Add what is out of scope.',
] as const;

export const ASPECTS = [
  'guest flow',
  'error messages',
  'empty state',
  'on small screens',
  'with slow network',
  'dark mode',
  'keyboard use',
  'offline',
  'first visit',
  'after update',
  'e-mail notices',
  'printing',
  'languages',
  'deep links',
  'undo',
  'limits',
  'notifications',
  'accessibility',
  'import',
  'export',
  'history',
  'sharing',
  'permissions',
  'settings',
  'help texts',
  'tracking',
] as const;

export const QUALIFIERS = [
  '',
  ' on a phone',
  ' without reloading the page',
  ' in German',
  ' with the keyboard only',
  ' after the session has expired',
  ' in a private window',
  ' with several items',
  ' on a slow connection',
  ' twice in a row',
] as const;

export const BRANDS = [
  'Tidewell',
  'Norrland',
  'Kestrel',
  'Bluemoor',
  'Hafenwerk',
  'Lumora',
  'Ostwind',
  'Pinefield',
  'Quartzo',
  'Riverstone',
  'Solvane',
  'Tannenhof',
  'Umbria',
  'Veldkamp',
  'Westerholt',
  'Yarrow',
  'Zephyra',
  'Alderby',
  'Brockhaus & Söhne',
  'Calluna',
] as const;

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
