import { expect, test } from 'vitest';
import { markdownSummary } from '../../reports/markdown.ts';
import { THREE_POLICIES } from './fixtures/summary.ts';

test('the whole summary as Markdown', async () => {
  await expect(markdownSummary(THREE_POLICIES)).toMatchFileSnapshot('golden/summary-markdown.txt');
});

test('names become neither markup nor columns', () => {
  const name = 'a|b <img src=x> `c` *d* [e](http://f)';
  const [first, ...others] = THREE_POLICIES.policies;
  if (first === undefined) throw new Error('the fixture has policies');
  const text = markdownSummary({ ...THREE_POLICIES, name, policies: [{ ...first, name }, ...others] });
  const escaped = 'a\\|b \\<img src=x\\> \\`c\\` \\*d\\* [e]\\(http://f)';
  expect(text.split('\n')[0]).toBe(`# ${escaped}`);
  const header = text.split('\n').find((line) => line.startsWith('| metric'));
  expect(header).toBe(`| metric | ${escaped} | reprovision | no-remediation |`);
});
