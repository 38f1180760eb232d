#!/usr/bin/env node
// Checked before anything else is imported: the SQLite driver crashes outright on older versions.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import('#main');
} else {
  process.stderr.write(`testio-mcp needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
}
