import type { CompletionNode } from './completion-tree.ts';

/** A script that makes bash complete the command line. It looks everything up in itself: no program is started for it. */
export function bashScript(nodes: readonly CompletionNode[]): string {
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`));
  const values = nodes.flatMap(({ path, flags }) =>
    flags
      .filter(({ value }) => value !== null)
      .map(({ name, value }) => {
        const what =
          value === 'file' ? "files='yes'" : value === 'text' ? ':' : `words=${quoted((value ?? []).join(' '))}`;
        return `    ${quoted(`${path}|${name}`)}) ${what} ;;`;
      }),
  );
  const words = nodes.map(({ path, words, flags }) => {
    const all = [...words, ...flags].map(({ name }) => name).join(' ');
    return `    ${quoted(path)}) words=${quoted(all)} ;;`;
  });
  return [
    '# Completion of testio-mcp; made by `testio-mcp completion`.',
    '_testio_mcp() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' files='' at`,
    '  for ((at = 1; at < COMP_CWORD; at++)); do',
    `    case "$path \${COMP_WORDS[at]}" in`,
    `      ${paths.join('|')}) path="$path \${COMP_WORDS[at]}" ;;`,
    '    esac',
    '  done',
    `  path="\${path# }"`,
    '  case "$path|$previous" in',
    ...values,
    '  *) case "$path" in',
    ...words,
    '  esac ;;',
    '  esac',
    '  if [ -n "$files" ]; then COMPREPLY=($(compgen -f -- "$current")); return; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -F _testio_mcp testio-mcp',
  ].join('\n');
}

/** The same for zsh, which can take completions of bash. */
export function zshScript(nodes: readonly CompletionNode[]): string {
  const [head = '', ...rest] = bashScript(nodes).split('\n');
  return [
    head,
    '(( $+functions[compdef] )) || { autoload -U compinit && compinit }',
    'autoload -U +X bashcompinit && bashcompinit',
    ...rest,
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
