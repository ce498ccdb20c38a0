// A result that cannot be written says which file, why, and what to do.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FILES, ResultsFolder } from '../../cli/results-folder.ts';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'metaltwin-results-'));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

const STUDY = { name: 'small', digest: '0123456789abcdef', startedAt: new Date(0) };

test('a file that is in the way is named, with the flag that names another folder', async () => {
  const folder = await ResultsFolder.create({ root: 'results', out: join(root, 'mine') }, STUDY);
  await mkdir(join(folder.path, `${FILES.summary}.tmp`));
  await expect(folder.write('summary', '{}')).rejects.toThrow(
    `${join(folder.path, FILES.summary)} cannot be written: a folder is in its place; make room, or name another folder with --out`,
  );
});
