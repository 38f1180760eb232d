import type { CompletionNode } from './completion-tree.ts';

/** A script that makes fish complete the command line, with what each word means. */
export function fishScript(nodes: readonly CompletionNode[]): string {
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return [
    '# Completion of testio-mcp; made by `testio-mcp completion`.',
    'function __testio_mcp_at',
    "  set -l path ''",
    '  for word in (commandline -opc)[2..-1]',
    `    if contains -- (string trim -- "$path $word") ${paths.join(' ')}`,
    '      set path (string trim -- "$path $word")',
    '    end',
    '  end',
    '  test "$path" = "$argv[1]"',
    'end',
    'complete -c testio-mcp -f',
    ...nodes.flatMap(linesOf),
  ].join('\n');
}

function linesOf({ path, words, flags }: CompletionNode): string[] {
  const here = `complete -c testio-mcp -n ${quoted(`__testio_mcp_at '${path}'`)}`;
  return [
    ...words.map(({ name, help }) => `${here} -a ${quoted(name)} -d ${quoted(help)}`),
    ...flags.map(({ name, help, value }) => {
      const what =
        value === null
          ? ''
          : value === 'file'
            ? ' -r -F'
            : value === 'text'
              ? ' -x'
              : ` -x -a ${quoted(value.join(' '))}`;
      return `${here} -l ${name.replace(/^--/, '')}${what} -d ${quoted(help)}`;
    }),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
