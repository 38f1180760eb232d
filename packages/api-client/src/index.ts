export type { ApiClient, BugFilter, CallOptions, ExecutionFilter, PageOptions } from './client.ts';
