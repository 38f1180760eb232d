import { answerSchema, operations, publishedTool } from '@testio-mcp/insights';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { GENERATED, table } from './markdown.ts';

interface Member {
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Member>>;
  readonly items?: Member;
  readonly anyOf?: readonly Member[];
}

interface Parameter {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Parameter;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

/** docs/reference/tools.md: every tool as MCP clients see it, with what its listing costs a model. */
export function toolsPage(): string {
  const tools = operations.map((operation) => {
    const { name, title, description, inputSchema, annotations } = publishedTool(operation);
    const tokens = listingTokens(operation);
    return { name, title, description, inputSchema, annotations, tokens, answer: answer(operation) };
  });
  const total = tools.reduce((sum, { tokens }) => sum + tokens, 0);
  const overview = table(
    ['Tool', 'What it answers', 'Tokens'],
    tools.map(({ name, description, tokens }) => [`[${name}](#${name})`, firstLine(description), String(tokens)]),
  );
  return [
    '# Tools',
    GENERATED,
    'Ask these in Claude or Cursor, by `testio-mcp call NAME JSON` in a shell, or through any MCP client. Every answer carries `as_of` (the oldest instant at which the API confirmed what it rests on) and `completeness` (what is missing and why). `null` means unknown, never 0. Tokens are those of name, description and input schema (o200k), which a model reads before it asks anything. Each tool as MCP lists it, with its output schema, stands in [tools/](tools/).',
    overview,
    `All together: ${total} tokens.`,
    ...tools.flatMap(({ name, title, description, inputSchema, annotations, answer: members }) => [
      `## ${name}`,
      `**${title}.** ${description.replaceAll('\n', ' ')}`,
      `${annotations.readOnlyHint ? 'Reads only' : 'Writes'}; ${annotations.openWorldHint ? 'may ask the Test IO API' : 'answers from the local copy'}.`,
      parameters(inputSchema),
      members,
    ]),
    '',
  ].join('\n\n');
}

function listingTokens(operation: (typeof operations)[number]): number {
  const { name, description, inputSchema } = publishedTool(operation);
  return countTokens(JSON.stringify({ name, description, inputSchema }));
}

/** What an answer consists of, and what its members mean where their names do not say it. */
function answer(operation: (typeof operations)[number]): string {
  const schema = answerSchema(operation);
  const names = Object.keys(schema.properties).map((name) => `\`${name}\``);
  const explained = [...explainedIn(schema)].filter(([path]) => path !== '`as_of`');
  const consists = `Answers with ${names.join(', ')}.`;
  return explained.length === 0 ? consists : `${consists}\n\n${table(['Member', 'Meaning'], explained)}`;
}

/** The members with a meaning or words of their own, by their path: `tests[].product.id`. */
function* explainedIn(node: Member, path = ''): Generator<[string, string]> {
  const words = node.enum === undefined ? [] : [`${node.enum.map((word) => `\`${word}\``).join(', ')}.`];
  const meaning = [...(node.description === undefined ? [] : [node.description]), ...words].join(' ');
  if (meaning !== '') yield [`\`${path}\``, meaning];
  for (const [name, member] of Object.entries(node.properties ?? {})) {
    yield* explainedIn(member, path === '' ? name : `${path}.${name}`);
  }
  if (node.items !== undefined) yield* explainedIn(node.items, `${path}[]`);
  for (const branch of node.anyOf ?? []) yield* explainedIn(branch, path);
}

function firstLine(description: string): string {
  return description.split('\n')[0] ?? '';
}

function parameters(schema: Readonly<Record<string, unknown>>): string {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Parameter>);
  if (properties.length === 0) return 'No parameters.';
  const required = new Set((schema.required ?? []) as string[]);
  return table(
    ['Parameter', 'Values', 'Default', 'Meaning'],
    properties.map(([name, parameter]) => [
      `\`${name}\`${required.has(name) ? ' (required)' : ''}`,
      values(parameter),
      parameter.default === undefined ? '' : `\`${JSON.stringify(parameter.default)}\``,
      parameter.description ?? '',
    ]),
  );
}

function values(parameter: Parameter): string {
  if (parameter.enum !== undefined) return parameter.enum.map((value) => `\`${value}\``).join(', ');
  if (parameter.items !== undefined) return `list of ${values(parameter.items)}`;
  const { minimum, maximum, type = 'any' } = parameter;
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${type}, at least ${minimum}`;
  return type;
}
