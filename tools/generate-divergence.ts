// Collects what every model file says under "Divergence from reality" into docs/generated/divergence.md, so that a reader of a
// result can see in one place where the models lie. A test asserts that regenerating gives no difference.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = join(ROOT, 'docs/generated/divergence.md');
const FOLDERS = ['sim', 'core', 'scenarios', 'fake-bmc'];
const MARK = 'Divergence from reality';

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

/** The header comment from the mark on, without comment signs; undefined when the file has no such section. */
function sectionOf(text: string): string | undefined {
  const header: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('//')) break;
    header.push(line.replace(/^\/\/ ?/, ''));
  }
  const from = header.findIndex((line) => line.includes(MARK));
  if (from < 0) return undefined;
  const first = (header[from] ?? '').replace(new RegExp(`^.*?${MARK}[:.]?\\s*`), '');
  return [first, ...header.slice(from + 1)].join('\n').trim();
}

/** The whole page. */
export function divergencePage(): string {
  const sections = FOLDERS.flatMap((folder) => filesUnder(join(ROOT, folder))).flatMap((path) => {
    const section = sectionOf(readFileSync(path, 'utf8'));
    return section === undefined ? [] : [`## ${relative(ROOT, path).replaceAll('\\', '/')}\n\n${section}\n`];
  });
  return `# Where the models diverge from reality\n\nGenerated from the headers of the model files by \`npm run gen\`; do not edit.\n\n${sections.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TARGET, divergencePage());
}
