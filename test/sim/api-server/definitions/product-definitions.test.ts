// Definitions of the products, where this machine has them beside the dumps (folder `definitions` of the data):
// every schema compiles, and the objects of the clusters are valid by them and lose nothing.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isDefinition } from '../../../../sim/api-server/definitions/custom-resource-definition.ts';
import { completedDefinition } from '../../../../sim/api-server/definitions/definition-defaults.ts';
import { definitionErrors } from '../../../../sim/api-server/definitions/definition-rules.ts';
import { isKubeObject } from '../../../../sim/api-server/object-shape.ts';
import { isJsonObject } from '../../../../sim/api-server/same-value.ts';
import { compileSchema } from '../../../../sim/api-server/schema/compile-schema.ts';
import { readDump } from '../../../../twin/read-dump.ts';

const data = process.env.METALTWIN_DATA ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');
const folder = join(data, 'definitions');
const clusters = [
  join(data, 'clusters', 'openshift-hyperconverged', 'lists'),
  join(data, 'clusters', 'metal3-capi', 'all.yaml'),
];

function definitions() {
  return readdirSync(folder).flatMap((file) => {
    const object: unknown = parse(readFileSync(join(folder, file), 'utf8'));
    return isKubeObject(object) && isDefinition(object) ? [object] : [];
  });
}

describe.skipIf(!existsSync(folder))('definitions of the products (needs the folder `definitions` of the data)', () => {
  test('are taken as they are', () => {
    const found = definitions();
    expect(found.length).toBeGreaterThan(0);
    const errors = found.map((definition) => [
      definition.metadata.name,
      definitionErrors(completedDefinition(definition)),
    ]);
    expect(errors).toEqual(found.map(({ metadata }) => [metadata.name, []]));
  });

  test.skipIf(!clusters.every(existsSync))('hold for the objects of real clusters', () => {
    const problems: unknown[] = [];
    let checked = 0;
    const objects = clusters.flatMap((path) => readDump([path]).objects);
    for (const { spec } of definitions()) {
      for (const version of spec.versions) {
        const compiled = compileSchema(version.schema?.openAPIV3Schema);
        if (compiled.kind === 'refused') continue;
        const type = `${spec.group}/${version.name} ${spec.names.kind}`;
        for (const object of objects) {
          if (`${object.apiVersion} ${object.kind}` !== type || !isJsonObject(object)) continue;
          checked += 1;
          const errors = compiled.schema.validate(compiled.schema.applyDefaults(object));
          const { unknownFields } = compiled.schema.prune(object);
          if (errors.length + unknownFields.length > 0)
            problems.push([type, object.metadata.name, errors, unknownFields]);
        }
      }
    }
    expect(checked).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});
