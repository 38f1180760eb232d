import type { TestioError } from '@testio-mcp/domain';

/** Says that a token stayed behind in a keychain that could not be opened. */
export function leftText({ message }: TestioError): string {
  return `The keychain still holds the token that was there before; remove its entry by hand. ${message}`;
}
