// The script of the report page, as tools/build.ts left it beside the program.

import { access } from 'node:fs/promises';
import { REPORT_PAGE_URL } from './build-info.ts';
import { Trouble } from './trouble.ts';

export async function loadReportPage(): Promise<string> {
  try {
    await access(REPORT_PAGE_URL);
  } catch (error) {
    throw new Trouble(`the report page is not built (${REPORT_PAGE_URL.pathname}): run "npm run build"`, {
      cause: error,
    });
  }
  const page: unknown = await import(REPORT_PAGE_URL.href);
  if (typeof page === 'object' && page !== null && 'PAGE_SCRIPT' in page && typeof page.PAGE_SCRIPT === 'string') {
    return page.PAGE_SCRIPT;
  }
  throw new Trouble(`${REPORT_PAGE_URL.pathname} is not a report page: run "npm run build"`);
}
