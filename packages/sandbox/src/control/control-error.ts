/** Malformed control input: answered with 400 and one sentence, nothing applied. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}
