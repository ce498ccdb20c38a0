// What `metaltwin/fake-bmc` ships to others says what it means: they read its declarations, and nothing else.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../tidy/sources.ts';

const EXPORT = /^export (?:declare )?(?:interface|class|type|const|function|async function) (\w+)/;
const MEMBER = /^ {2}(?:readonly )?(\w+)\??[:(]/;

/** Exports, and members of interfaces and classes, with no comment of their own on the line above. */
function undocumented(file: string): readonly string[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  let owner = '';
  return lines.flatMap((line, index) => {
    const isSaid = lines[index - 1]?.trimEnd().endsWith('*/') === true;
    const exported = EXPORT.exec(line)?.[1];
    if (exported !== undefined) owner = exported;
    else if (/^\S/.test(line)) owner = '';
    const member = owner === '' ? undefined : MEMBER.exec(line)?.[1];
    const named = exported ?? (member === undefined ? undefined : `${owner}.${member}`);
    return named === undefined || isSaid || member === 'constructor' || member === 'super' ? [] : [named];
  });
}

test.each(['fake-bmc/library.ts', 'fake-bmc/fake-bmc.ts', 'fake-bmc/certificate.ts'])(
  '%s says what it exports',
  (file) => {
    expect(undocumented(file)).toEqual([]);
  },
);
