import type { PublishedTool } from '@testio-mcp/insights';

/** One parameter of an operation as the command line takes it. */
export interface Parameter {
  /** The name it has in the operation's input. */
  readonly field: string;
  /** The flag without its dashes: `product` for `product_id`, `status` for `statuses`. */
  readonly flag: string;
  /** `switch` is on or absent, `choice` can be switched off by `--no-…` too; `list` may be given several times. */
  readonly kind: 'value' | 'list' | 'switch' | 'choice';
  /** What stands for the value in help. */
  readonly placeholder: string;
  readonly help: string;
  readonly required: boolean;
  /** Whether a comma ends an item. In titles it is part of them. */
  readonly splits: boolean;
  /** The words it takes; none where it takes others too. */
  readonly words: readonly string[];
  /** Another flag that means the same and is not shown. */
  readonly also?: string;
}

interface ValueSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: ValueSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

const FLAGS: Readonly<Record<string, string>> = { entities: 'kind', dimensions: 'by' };
/** Flags of earlier versions. */
const ALSO: Readonly<Record<string, string>> = { dimensions: 'dimension' };

/** The parameters of an operation, in the order of its schema. */
export function parametersOf({ inputSchema }: Pick<PublishedTool, 'inputSchema'>): readonly Parameter[] {
  const required = new Set(inputSchema.required ?? []);
  const taken = new Set<string>();
  return Object.entries(inputSchema.properties as Readonly<Record<string, ValueSchema>>).map(([field, schema]) => {
    const short = flagOf(field, schema);
    const flag = taken.has(short) ? field.replaceAll('_', '-') : short;
    taken.add(flag);
    return {
      field,
      flag,
      kind: kindOf(schema),
      placeholder: placeholderOf(field, schema),
      help: helpOf(field, schema),
      required: required.has(field),
      splits: schema.items?.enum !== undefined,
      words: (schema.items ?? schema).enum ?? [],
      ...(ALSO[field] === undefined ? {} : { also: ALSO[field] }),
    };
  });
}

function flagOf(field: string, schema: ValueSchema): string {
  const one = schema.type === 'array' ? singular(field) : field;
  return FLAGS[field] ?? one.replace(/_id$/, '').replaceAll('_', '-');
}

function singular(field: string): string {
  if (field.endsWith('ies')) return `${field.slice(0, -3)}y`;
  return field.endsWith('ses') ? field.slice(0, -2) : field.replace(/s$/, '');
}

function kindOf(schema: ValueSchema): Parameter['kind'] {
  if (schema.type === 'array') return 'list';
  if (schema.type !== 'boolean') return 'value';
  return schema.default === false ? 'switch' : 'choice';
}

function placeholderOf(field: string, schema: ValueSchema): string {
  if (/_ids?$/.test(field)) return 'id|title';
  if (field === 'period') return 'period';
  const { type, enum: words } = schema.items ?? schema;
  if (words !== undefined) return 'word';
  return type === 'integer' || type === 'number' ? 'number' : 'text';
}

function helpOf(field: string, schema: ValueSchema): string {
  const { enum: words, minimum, maximum } = schema.items ?? schema;
  const isNumber = placeholderOf(field, schema) === 'number';
  const parts = [
    schema.description ?? '',
    words === undefined ? '' : `One of ${words.join(', ')}.`,
    isNumber && minimum !== undefined ? `From ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}.` : '',
    schema.type === 'array' ? `Repeat it for several${words === undefined ? '' : ', or put commas between them'}.` : '',
    isTold(schema.default) ? `Default: ${String(schema.default)}.` : '',
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  return text === '' ? `${field.replaceAll('_', ' ')}` : text;
}

function isTold(preset: unknown): boolean {
  return preset !== undefined && preset !== false && preset !== 0;
}
