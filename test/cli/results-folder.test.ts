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

test.each([
  { given: 'a folder below /proc', path: '/proc/metaltwin/results' },
  { given: '/proc itself', path: '/proc' },
  { given: 'no name', path: '' },
])('$given takes no results, and says so', async ({ path }) => {
  await expect(ResultsFolder.create({ root: path, out: undefined }, STUDY)).rejects.toThrow(
    `no results can be written to "${path}": it has no name, or lies where no folder can be made; name another folder with --results`,
  );
});

test('a folder is made with the folders above it', async () => {
  const path = join(root, 'above', 'below');
  const folder = await ResultsFolder.create({ root: path, out: undefined }, STUDY);
  expect(folder.path).toBe(join(path, '19700101T000000Z-small-0123'));
});
