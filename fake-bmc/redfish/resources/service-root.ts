// The service root, and the two collections that tell what the service is made of: message registries and JSON schemas.

import type { JsonObject } from '../json.ts';
import { REGISTRY_PREFIX } from '../messages.ts';
import { ROOT, TOP_RESOURCES } from '../metadata.ts';
import { type Branch, collection, link, type Place, readable } from '../place.ts';
import { PROTOCOL_FEATURES } from '../query.ts';
import { odataType, SCHEMA_NAMES, type SchemaName, schemaAddress } from '../schemas.ts';

export interface RootNames {
  readonly uuid: string;
  readonly vendor: string;
  readonly product: string;
}

export function serviceRoot({ uuid, vendor, product }: RootNames): Place {
  return readable(`${ROOT}/`, 'ServiceRoot', undefined, () => ({
    Id: 'RootService',
    Name: 'Root Service',
    RedfishVersion: '1.20.0',
    UUID: uuid,
    Vendor: vendor,
    Product: product,
    ProtocolFeaturesSupported: PROTOCOL_FEATURES,
    ...Object.fromEntries(Object.entries(TOP_RESOURCES).map(([name, path]) => [name, link(`${ROOT}/${path}`)])),
    Links: { Sessions: link(`${ROOT}/SessionService/Sessions`) },
  }));
}

/** Where the served copy of the Base registry is. */
export const REGISTRY_FILE = 'Base.json';

export const registries: Branch = ([name, ...rest]) => {
  const uri = `${ROOT}/Registries`;
  if (rest.length > 0) return undefined;
  if (name === undefined) {
    return readable(uri, 'MessageRegistryFileCollection', undefined, () =>
      collection('Registry File Collection', [`${uri}/Base`]),
    );
  }
  if (name !== 'Base') return undefined;
  return readable(`${uri}/Base`, 'MessageRegistryFile', undefined, () => ({
    Id: 'Base',
    Name: 'Base Message Registry File',
    Registry: REGISTRY_PREFIX.split('.').slice(0, 3).join('.'),
    Languages: ['en'],
    'Languages@odata.count': 1,
    Location: [
      {
        Language: 'en',
        Uri: `${uri}/${REGISTRY_FILE}`,
        PublicationUri: `https://redfish.dmtf.org/registries/${REGISTRY_PREFIX}.json`,
      },
    ],
    'Location@odata.count': 1,
  }));
};

export const jsonSchemas: Branch = ([name, ...rest]) => {
  const uri = `${ROOT}/JsonSchemas`;
  if (rest.length > 0) return undefined;
  if (name === undefined) {
    return readable(uri, 'JsonSchemaFileCollection', undefined, () =>
      collection(
        'JSON Schema Collection',
        SCHEMA_NAMES.map((schema) => `${uri}/${schema}`),
      ),
    );
  }
  const schema = SCHEMA_NAMES.find((each) => each === name);
  return schema === undefined
    ? undefined
    : readable(`${uri}/${schema}`, 'JsonSchemaFile', undefined, () => schemaFile(schema));
};

function schemaFile(schema: SchemaName): JsonObject {
  const [, ...version] = odataType(schema).split('.').slice(0, -1);
  return {
    Id: schema,
    Name: `${schema} Schema File`,
    Schema: `#${[schema, ...version, schema].join('.')}`,
    Languages: ['en'],
    'Languages@odata.count': 1,
    Location: [{ Language: 'en', PublicationUri: schemaAddress(schema) }],
    'Location@odata.count': 1,
  };
}
