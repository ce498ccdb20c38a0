// A scenario file to a checked scenario: one document of kind Scenario, every problem of it with its place.

import { kindKeyOf } from '../core/api/object.ts';
import { API_GROUP, API_VERSION } from './api-group.ts';
import { didYouMean } from './did-you-mean.ts';
import type { FileReader } from './file-reader.ts';
import { MANIFEST_SCHEMAS } from './policy/manifest-schemas.ts';
import { type PositionedDocument, readPositioned } from './positioned-yaml.ts';
import { type Problem, unreadable } from './problem.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { checkDocument } from './schema-problems.ts';
import { type SoundPart, soundPart } from './sound-part.ts';

export interface ReadScenario {
  readonly scenario: Scenario;
  readonly document: PositionedDocument;
}

/** A scenario that cannot be used, with what of it can still be judged. */
export interface UnusableScenario {
  readonly problems: readonly Problem[];
  readonly sound?: SoundPart<Scenario> | undefined;
}

export function readScenario(file: string, reader: FileReader): ReadScenario | UnusableScenario {
  const read = reader.readText(file);
  const start = { file, line: 1, column: 1 };
  if (read.kind === 'unreadable') {
    return {
      problems: [unreadable(file, read, start, 'a scenario is a file; for a dump of a cluster write --cluster PATH')],
    };
  }
  const { documents, problems } = readPositioned(file, read.text);
  if (problems.length > 0) return { problems };
  const [document, ...rest] = documents;
  if (document === undefined) {
    return { problems: [{ code: 'MT101', severity: 'error', message: `${file} is empty`, ...start, remedy: START }] };
  }
  const header = headerProblems(document);
  const extra = rest.map(
    (other): Problem => ({
      code: 'MT140',
      severity: 'error',
      message: 'a scenario file holds one document; manifests belong into files of their own',
      ...other.placeOf([]),
    }),
  );
  if (header.length + extra.length > 0) return { problems: [...header, ...extra] };
  const checked = checkDocument(scenarioSchema, document);
  if (checked.ok) return { scenario: checked.value, document };
  return { problems: checked.problems, sound: soundPart(scenarioSchema, document) };
}

/** Where other documents that people have belong. */
function instead(apiVersion: string, kind: string): string {
  const isPolicy = MANIFEST_SCHEMAS[kindKeyOf({ apiVersion, kind })] !== undefined;
  return isPolicy
    ? 'a policy is given by --policy NAME=FILE, with a scenario or --cluster PATH'
    : `a scenario has apiVersion ${API_VERSION}; for a dump of a cluster write --cluster PATH`;
}

const START = `start with "apiVersion: ${API_VERSION}" and "kind: Scenario"`;

/** What the document is, before anything in it is looked at. */
function headerProblems(document: PositionedDocument): readonly Problem[] {
  const { apiVersion, kind } = document.value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return [
      {
        code: 'MT144',
        severity: 'error',
        message: 'not a scenario: apiVersion or kind is missing',
        ...document.placeOf([]),
        remedy: START,
      },
    ];
  }
  if (apiVersion !== API_VERSION) {
    const ours = apiVersion.startsWith(`${API_GROUP}/`);
    return [
      {
        code: ours ? 'MT141' : 'MT140',
        severity: 'error',
        message: ours
          ? `apiVersion ${apiVersion} is not read by this build (${API_VERSION})`
          : `${kind} in apiVersion ${apiVersion} is not a scenario`,
        ...document.placeOf(['apiVersion']),
        remedy: ours ? 'update, or write the version that this build reads' : instead(apiVersion, kind),
      },
    ];
  }
  if (kind !== 'Scenario') {
    const meant = didYouMean(kind, ['Scenario']);
    return [
      {
        code: 'MT140',
        severity: 'error',
        message: `kind "${kind}" in apiVersion ${apiVersion} does not exist`,
        ...document.placeOf(['kind']),
        remedy: meant === undefined ? 'the only kind is "Scenario"' : `did you mean "${meant}"?`,
      },
    ];
  }
  return [];
}
