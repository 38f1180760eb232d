/** A failure that the launcher explains in one message and an exit code, without a stack trace. */
export class LauncherError extends Error {
  /**
   * @param {string} message empty when the failing command has said everything itself
   * @param {number} exitCode
   */
  constructor(message, exitCode) {
    super(message);
    this.name = 'LauncherError';
    this.exitCode = exitCode;
  }
}
