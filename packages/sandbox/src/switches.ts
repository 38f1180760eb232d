/** What the API's description leaves open, or says twice, and a client must survive either way. */
export interface SandboxSwitches {
  /** Answer for an id that belongs to somebody else (one between the account's own ids). Default 404. */
  readonly foreignIds: 403 | 404;
  /** Features of a product with sections, asked for without a section (customer-api 8.3). Default 422. */
  readonly featuresWithoutSection: 200 | 422;
  /** User stories of a product with sections, asked for without a section (customer-api 8.5). Default 500. */
  readonly storiesWithoutSection: 400 | 500;
  /** The body of every error. Default the documented object. */
  readonly errorBody: 'json' | 'empty' | 'html';
  /** As staging behaves (customer-api 10.9): lists of tests are never paged, bugs lack `auto_accepted`. Default false. */
  readonly staging: boolean;
}

export const DEFAULT_SWITCHES: SandboxSwitches = {
  foreignIds: 404,
  featuresWithoutSection: 422,
  storiesWithoutSection: 500,
  errorBody: 'json',
  staging: false,
};
