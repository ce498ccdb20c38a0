// The failure records of LANL, which are no part of the project: from the file that METALTWIN_LANL names, or from a folder of data
// beside the project. Undefined where it is not there, so that tests that need it are skipped.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tidy/sources.ts';

const NAME = 'LA-UR-05-7318-failure-data-1996-2005.csv';
const BYTES_MOST = 16 * 2 ** 20;

export function lanlText(): string | undefined {
  const beside = join(ROOT, '../shared/data/lanl');
  const path = [process.env.METALTWIN_LANL ?? '', join(beside, NAME), join(beside, `${NAME}.xz`)].find(
    (candidate) => candidate !== '' && existsSync(candidate),
  );
  if (path === undefined) return undefined;
  if (!path.endsWith('.xz')) return readFileSync(path, 'utf8');
  const { status, stdout } = spawnSync('xz', ['-dc', path], { encoding: 'utf8', maxBuffer: BYTES_MOST });
  return status === 0 ? stdout : undefined;
}
