#!/usr/bin/env node
// Checked before anything else is imported: the SQLite driver crashes outright on older versions.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  keepCompiledCode();
  await import('#main');
} else {
  process.stderr.write(`testio-mcp needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
}

/**
 * Keeps what V8 makes of the program in the home folder, where nobody else may write, so that the next start takes a
 * quarter less. Nothing is kept where there is no such folder yet, or none that can be written.
 */
function keepCompiledCode() {
  const { mkdirSync } = process.getBuiltinModule('node:fs');
  const { enableCompileCache } = process.getBuiltinModule('node:module');
  const { homedir } = process.getBuiltinModule('node:os');
  const { join } = process.getBuiltinModule('node:path');
  const folder = join(process.env.TESTIO_HOME || join(homedir(), '.testio-mcp'), 'cache');
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') return;
  }
  enableCompileCache(folder);
}
