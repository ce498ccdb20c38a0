// The two documents of OData that a service shows to everybody: what its resources are made of, and where they begin.
// Source: DMTF DSP0266, OData $metadata and OData service document.

import type { JsonObject } from './json.ts';
import { SCHEMA_NAMES, SCHEMA_VERSIONS } from './schemas.ts';

export const ROOT = '/redfish/v1';

/** Direct children of the service root, by name and path below it. */
export const TOP_RESOURCES = {
  Systems: 'Systems',
  Chassis: 'Chassis',
  Managers: 'Managers',
  Tasks: 'TaskService',
  SessionService: 'SessionService',
  AccountService: 'AccountService',
  EventService: 'EventService',
  UpdateService: 'UpdateService',
  Registries: 'Registries',
  JsonSchemas: 'JsonSchemas',
} as const;

/** `/redfish/v1/odata`. */
export function serviceDocument(): JsonObject {
  const children = Object.entries({ ...TOP_RESOURCES, Sessions: 'SessionService/Sessions' });
  return {
    '@odata.context': `${ROOT}/$metadata`,
    value: [
      { name: 'Service', kind: 'Singleton', url: `${ROOT}/` },
      ...children.map(([name, path]) => ({ name, kind: 'Singleton', url: `${ROOT}/${path}` })),
    ],
  };
}

/** `/redfish/v1/$metadata`, in XML. */
export const METADATA_DOCUMENT = metadataDocument();

function metadataDocument(): string {
  const references = SCHEMA_NAMES.map((name) => {
    const version = SCHEMA_VERSIONS[name];
    const namespaces = version === undefined ? [name] : [name, `${name}.${version}`];
    return [
      `  <edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/${name}_v1.xml">`,
      ...namespaces.map((namespace) => `    <edmx:Include Namespace="${namespace}"/>`),
      '  </edmx:Reference>',
    ].join('\n');
  });
  const root = `ServiceRoot.${SCHEMA_VERSIONS.ServiceRoot}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
    ...references,
    '  <edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/RedfishExtensions_v1.xml">',
    '    <edmx:Include Namespace="RedfishExtensions.v1_0_0" Alias="Redfish"/>',
    '  </edmx:Reference>',
    '  <edmx:Reference Uri="http://redfish.dmtf.org/schemas/v1/Message_v1.xml">',
    '    <edmx:Include Namespace="Message"/>',
    '  </edmx:Reference>',
    '  <edmx:DataServices>',
    '    <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Service">',
    `      <EntityContainer Name="Service" Extends="${root}.ServiceContainer"/>`,
    '    </Schema>',
    '  </edmx:DataServices>',
    '</edmx:Edmx>',
    '',
  ].join('\n');
}
