import fc from 'fast-check';

/** Any code point, lone surrogates too. fast-check's own unit of all of them takes a second to make. */
export const codePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
