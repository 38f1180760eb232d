import { defineConfig } from 'rolldown';
import { licensePlugin } from 'rolldown-license-plugin';

/** Stays outside of the bundle, as the one dependency of an installed program: it is compiled. */
const DRIVER = 'better-sqlite3';

/** What is bundled may be passed on under these licences, with their text. */
const ACCEPTED_LICENCES = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

const NOTICE_HEAD =
  'The programs in this folder contain these packages, or parts of them, each under the licence that follows it.';

/**
 * The bundle of a program, as its package builds it: made from the sources of all packages, flat in `dist`, split so that
 * what is imported when it is needed stays in files of its own, and readable, because people look into what they installed.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: [DRIVER, /^node:/],
  resolve: {
    conditionNames: ['@testio-mcp/source', 'node', 'import', 'default'],
    // Some old packages hide what they need from a bundler in their `main`.
    mainFields: ['module', 'main'],
  },
  plugins: [thirdPartyNotice()],
  logLevel: 'warn',
  output: { dir: 'dist', format: 'esm', cleanDir: true, minify: false, chunkFileNames: '[name]-[hash].js' },
});

/** Writes what was bundled, with its licences; one that is missing or not accepted fails the build. */
function thirdPartyNotice() {
  return licensePlugin({
    allow: ({ license, licenseText }) => ACCEPTED_LICENCES.has(license) && licenseText !== '',
    failOnViolation: true,
    failOnUnlicensed: true,
    done: (bundled, context) => {
      const entries = bundled.map(({ name, version, license, licenseText }) =>
        [`${name} ${version}: ${license}`, licenseText.trim()].join('\n\n'),
      );
      const source = [NOTICE_HEAD, ...entries].join(`\n\n${'-'.repeat(80)}\n\n`);
      context.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source: `${source}\n` });
    },
  });
}
