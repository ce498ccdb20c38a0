// Facts about this build. tools/build.ts replaces METALTWIN_VERSION by a literal; run from source, package.json is read.

import { readFileSync } from 'node:fs';

declare const METALTWIN_VERSION: string | undefined;

/** True in `dist/`, false when the sources run directly. */
const IS_BUILT = typeof METALTWIN_VERSION === 'string';

export const VERSION: string = typeof METALTWIN_VERSION === 'string' ? METALTWIN_VERSION : versionOfSources();

/** The report page that tools/build.ts made, seen from this file. */
export const REPORT_PAGE_URL = new URL(IS_BUILT ? './report-page.js' : '../dist/report-page.js', import.meta.url);

function versionOfSources(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return parsed.version;
  }
  throw new Error('package.json has no version');
}
