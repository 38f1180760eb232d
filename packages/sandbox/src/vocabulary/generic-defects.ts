import type { Defect } from './domain.ts';

/** Defects that any product may have, in English. */
export const FUNCTIONAL_DEFECTS: readonly Defect[] = [
  {
    title: '{area}: nothing happens when "Continue" is tapped',
    steps: ['Open {area} as a {persona}', 'Fill in all required fields', 'Tap "Continue"'],
    expected: 'The next step opens',
    actual: 'The button changes its colour, the page stays. Console: "TypeError: e is undefined"',
  },
  {
    title: 'Endless spinner in {area} after switching between two tabs',
    steps: ['Open {area}', 'Switch to another tab of the browser for a minute', 'Come back'],
    expected: 'The page is as it was left',
    actual: 'A spinner covers the page until it is reloaded',
  },
  {
    title: 'Back button of {browser} leaves {area} without asking',
    steps: ['Open {area}', 'Enter something', 'Press the back button of {browser}'],
    expected: 'A question whether to drop the input',
    actual: 'The input is gone',
  },
  {
    title: 'Error 500 when "{thing}" contains an ampersand',
    steps: ['Open {area}', 'Enter "{thing} & more" into the first field', 'Save'],
    expected: 'The text is saved',
    actual: 'A white page with "Internal Server Error"',
  },
  {
    title: 'App crashes when {area} is opened in landscape',
    steps: ['Turn the device to landscape', 'Open {area}', 'Scroll down'],
    expected: 'The page adapts',
    actual: 'The app closes. It happened {number} out of 5 times',
  },
  {
    title: 'E-mail address with a plus sign is refused in {area}',
    steps: ['Open {area}', 'Enter an address such as "first+test@example.com"', 'Leave the field'],
    expected: 'The address is accepted',
    actual: '"Please enter a valid e-mail address"',
  },
  {
    title: '{area} cannot be used with the keyboard alone',
    steps: ['Open {area}', 'Move with the Tab key only', 'Try to reach the last button'],
    expected: 'Every element can be reached and has a visible focus',
    actual: 'The focus jumps from the header to the footer',
  },
  {
    title: 'Input is lost when the connection breaks in {area}',
    steps: ['Open {area} as a {persona}', 'Enter "{thing}"', 'Switch off the network', 'Save', 'Switch it on again'],
    expected: 'A message, and the input is kept',
    actual: 'The form is empty, no message',
  },
];

/** Defects of appearance. */
export const VISUAL_DEFECTS: readonly Defect[] = [
  {
    title: 'Text overlaps the picture in {area}',
    steps: ['Open {area}', 'Make the window {number} hundred pixels wide'],
    expected: 'Text and picture stand below each other',
    actual: 'The heading covers the picture',
  },
  {
    title: 'Button is cut off at the right edge of {area}',
    steps: ['Open {area} in {browser}', 'Scroll to the end'],
    expected: 'The whole button is visible',
    actual: 'Only "Cont" can be read',
  },
  {
    title: 'Dark mode: grey text on black in {area}',
    steps: ['Switch the device to dark mode', 'Open {area}'],
    expected: 'Text is readable',
    actual: 'Contrast is about 2:1, see screenshot 🌙',
  },
  {
    title: 'Icons in {area} are not aligned with their labels',
    steps: ['Open {area}', 'Look at the list of "{thing}"'],
    expected: 'Icons and labels share one line',
    actual: 'Icons are a few pixels too low',
  },
];

/** Defects of wording and content. */
export const CONTENT_DEFECTS: readonly Defect[] = [
  {
    title: 'Placeholder "{{{area}_title}}" is shown instead of text',
    steps: ['Open {area}', 'Read the heading'],
    expected: 'A heading',
    actual: 'The key of the translation is shown: <h2>{{title}}</h2>',
  },
  {
    title: 'Untranslated sentence in {area}',
    steps: ['Switch the language to German', 'Open {area}', 'Read the hint below the form'],
    expected: 'German text',
    actual: 'One sentence is English: "Don\'t forget to save"',
  },
  {
    title: 'Typo on {area}: "recieve"',
    steps: ['Open {area}', 'Read the second paragraph'],
    expected: '"receive"',
    actual: '"recieve"',
  },
  {
    title: 'Link "{thing}" in {area} leads to a 404 page',
    steps: ['Open {area}', 'Click the link "{thing}"'],
    expected: 'The page about it',
    actual: '404',
  },
];

/** Defects as German testers describe them. */
export const GERMAN_DEFECTS: readonly Defect[] = [
  {
    title: '{area}: Schaltfläche "Weiter" ohne Funktion',
    steps: ['{area} öffnen', 'Alle Pflichtfelder ausfüllen', 'Auf „Weiter“ tippen'],
    expected: 'Der nächste Schritt öffnet sich',
    actual: 'Es passiert nichts, auch nach {number} Versuchen nicht',
  },
  {
    title: 'Falscher Preis für {thing} in der Übersicht',
    steps: ['{thing} auswählen', 'Zur Übersicht gehen', 'Preise vergleichen'],
    expected: 'Beide Preise sind gleich',
    actual: 'In der Übersicht steht ein um {price} höherer Preis',
  },
  {
    title: 'Umlaute werden in {area} falsch dargestellt',
    steps: ['{area} öffnen', '„Müller-Lüdenscheidt“ eingeben', 'Speichern'],
    expected: 'Der Name wird richtig angezeigt',
    actual: 'Es erscheint „MÃ¼ller-LÃ¼denscheidt“',
  },
  {
    title: 'Seite {area} lädt nach dem Zurückgehen nicht mehr',
    steps: ['{area} öffnen', 'Einen Eintrag wählen', 'Mit {browser} zurückgehen'],
    expected: 'Die Liste ist wieder da',
    actual: 'Die Seite bleibt weiß',
  },
  {
    title: '{thing} lässt sich nicht löschen',
    steps: ['{area} öffnen', '{thing} auswählen', 'Papierkorb antippen', 'Bestätigen'],
    expected: 'Der Eintrag ist weg',
    actual: 'Der Eintrag ist nach dem Neuladen wieder da',
  },
];
