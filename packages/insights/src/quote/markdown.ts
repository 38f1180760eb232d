/** What could begin a fence, a link, an image, HTML, an entity or emphasis, or undo one of these escapes. */
const ACTIVE = /[\\`*_[<~]|&(?=#?\w+;)/g;
/** What could make a line a heading, a quote, a list or a rule. */
const LEADING = /^( *)([#>=+-])/;
const NUMBERED = /^( *\d+)([.)])/;
/** Four blanks would make a line a block of code, in which escapes are shown. */
const DEEP = /^ {4,}/;

/** Makes one line of foreign text show in Markdown as what it is: nothing in it formats, links, embeds or opens anything. */
export function escapeMarkdown(line: string): string {
  return line.replace(DEEP, '   ').replace(ACTIVE, '\\$&').replace(LEADING, '$1\\$2').replace(NUMBERED, '$1\\$2');
}

/**
 * Foreign text as a Markdown block quote. Every line is a line of the quote and nothing in it can end the quote, so that what
 * stands outside was not written by the one who is quoted.
 *
 * @param text cleaned; line breaks are kept
 * @param first what stands before the first line inside the quote, such as `1. `; further lines are indented by as much
 */
export function blockQuote(text: string, first = ''): string {
  const indent = ' '.repeat(first.length);
  const lines = text.split('\n').map((line) => escapeMarkdown(line.trimEnd()));
  return lines
    .map((line, index) => {
      if (line === '') return '>';
      const isFollowed = index < lines.length - 1 && lines[index + 1] !== '';
      // Two blanks at the end keep a line break that Markdown would otherwise turn into a blank.
      return `> ${index === 0 ? first : indent}${line}${isFollowed ? '  ' : ''}`;
    })
    .join('\n');
}

/** An address as a Markdown link that shows it; null for anything that is not an http or https address. */
export function linkTo(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? `<${url.href}>` : null;
}
