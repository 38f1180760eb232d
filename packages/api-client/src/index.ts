export type {
  ApiClient,
  BugFilter,
  CallOptions,
  ExecutionFilter,
  PageOptions,
  SectionOptions,
} from './client.ts';
export { createApiClient } from './create-client.ts';
export type { ApiClientOptions, RequestEvent } from './options.ts';
export type { Sleep } from './retry.ts';
