// The script of the report page, as tools/build.ts left it beside the program.

import { readFile } from 'node:fs/promises';
import { REPORT_PAGE_URL } from './build-info.ts';
import { Trouble } from './trouble.ts';

export async function loadReportPage(): Promise<string> {
  try {
    return await readFile(REPORT_PAGE_URL, 'utf8');
  } catch (error) {
    throw new Trouble(`the report page is not built (${REPORT_PAGE_URL.pathname}): run "npm run build"`, {
      cause: error,
    });
  }
}
