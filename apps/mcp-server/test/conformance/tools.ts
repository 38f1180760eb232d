import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolRequest,
  ContentBlock,
  ElicitRequestFormParams,
  ServerNotification,
  ServerRequest,
  Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { progressTeller } from '../../src/mcp/progress.ts';
import { ENUM_CHOICES, PRIMITIVE_DEFAULTS, USER_DETAILS } from './elicitations.ts';
import { PNG, WAV } from './media.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Params = CallToolRequest['params'];

/** A tool as it is listed, and what it does. */
export interface FixtureTool extends Tool {
  run(params: Params, extra: Extra): ContentBlock[] | Promise<ContentBlock[]>;
}

/** The tools that the suite calls, each as its scenario describes it. */
export function fixtureTools(mcp: McpServer): readonly FixtureTool[] {
  const log = (data: string) => mcp.server.sendLoggingMessage({ level: 'info', logger: 'fixture', data });
  return [
    tool('test_simple_text', () => [said('This is a simple text response for testing.')]),
    tool('test_image_content', () => [picture()]),
    tool('test_audio_content', () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }]),
    tool('test_embedded_resource', () => [
      embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
    ]),
    tool('test_multiple_content_types', () => [
      said('Multiple content types test:'),
      picture(),
      embedded('test://mixed-content-resource', 'application/json', JSON.stringify({ test: 'data', value: 123 })),
    ]),
    tool('test_error_handling', () => {
      throw new Error('This tool intentionally returns an error for testing');
    }),
    tool('test_tool_with_logging', async () => {
      for (const sentence of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await log(sentence);
      }
      return [said('Three sentences were logged.')];
    }),
    tool('test_tool_with_progress', (params, extra) => {
      let seconds = 0;
      const now = () => {
        seconds += 1;
        return seconds * 1_000;
      };
      const tell = progressTeller(params._meta?.progressToken, (note) => extra.sendNotification(note), now);
      for (const done of [1, 50, 100]) tell?.({ done, total: 100, message: `Step ${done}` });
      return [said('Progress was told.')];
    }),
    tool(
      'test_sampling',
      async (params, { requestId }) => {
        const text = String(params.arguments?.prompt);
        const { content } = await mcp.server.createMessage(
          { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 100 },
          { relatedRequestId: requestId },
        );
        return [said(`LLM response: ${'text' in content ? String(content.text) : content.type}`)];
      },
      required('prompt'),
    ),
    tool(
      'test_elicitation',
      (params, extra) => asked(mcp, extra, String(params.arguments?.message), USER_DETAILS),
      required('message'),
    ),
    tool('test_elicitation_sep1034_defaults', (_, extra) => asked(mcp, extra, 'Any changes?', PRIMITIVE_DEFAULTS)),
    tool('test_elicitation_sep1330_enums', (_, extra) => asked(mcp, extra, 'Which ones?', ENUM_CHOICES)),
    tool('test_reconnection', async (_, extra) => {
      // What the client has received tells it where to go on.
      await extra.sendNotification({
        method: 'notifications/message',
        params: { level: 'info', data: 'The stream is cut off now.' },
      });
      extra.closeSSEStream?.();
      return [said('This answer was sent after the stream had been cut off.')];
    }),
    tool('json_schema_2020_12_tool', () => [said('Its schema is what matters.')], {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
      properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
      additionalProperties: false,
    }),
  ];
}

function tool(
  name: string,
  run: FixtureTool['run'],
  inputSchema: Tool['inputSchema'] = { type: 'object' },
): FixtureTool {
  return { name, description: `The fixture ${name} of the conformance suite.`, inputSchema, run };
}

function required(name: string): Tool['inputSchema'] {
  return { type: 'object', properties: { [name]: { type: 'string' } }, required: [name] };
}

async function asked(
  mcp: McpServer,
  { requestId }: Extra,
  message: string,
  requestedSchema: ElicitRequestFormParams['requestedSchema'],
): Promise<ContentBlock[]> {
  const { action, content } = await mcp.server.elicitInput(
    { message, requestedSchema },
    { relatedRequestId: requestId },
  );
  return [said(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`)];
}

function said(text: string): ContentBlock {
  return { type: 'text', text };
}

function picture(): ContentBlock {
  return { type: 'image', data: PNG, mimeType: 'image/png' };
}

function embedded(uri: string, mimeType: string, text: string): ContentBlock {
  return { type: 'resource', resource: { uri, mimeType, text } };
}
