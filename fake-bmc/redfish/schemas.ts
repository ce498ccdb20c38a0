// The schemas of the resources that are served, with the version of each: what `@odata.type`, the Link header, $metadata and the
// collection of JSON schemas are made of.
// Source: DMTF schema bundle 2026.1 as openbmc/bmcweb ships it (redfish-core/schema/dmtf).

/** Resource type to its version; `undefined` where a schema has none (collections, ActionInfo excepted). */
export const SCHEMA_VERSIONS = {
  AccountService: 'v1_18_1',
  ActionInfo: 'v1_6_0',
  Bios: 'v1_3_0',
  Chassis: 'v1_28_0',
  ChassisCollection: undefined,
  ComputerSystem: 'v1_28_0',
  ComputerSystemCollection: undefined,
  Drive: 'v1_22_0',
  EthernetInterface: 'v1_12_5',
  EthernetInterfaceCollection: undefined,
  EventDestination: 'v1_17_0',
  EventDestinationCollection: undefined,
  EventService: 'v1_12_0',
  JsonSchemaFile: 'v1_1_5',
  JsonSchemaFileCollection: undefined,
  LogEntry: 'v1_21_0',
  LogEntryCollection: undefined,
  LogService: 'v1_9_0',
  LogServiceCollection: undefined,
  Manager: 'v1_25_0',
  ManagerAccount: 'v1_14_1',
  ManagerAccountCollection: undefined,
  ManagerCollection: undefined,
  ManagerNetworkProtocol: 'v1_13_0',
  Memory: 'v1_24_0',
  MemoryCollection: undefined,
  MessageRegistryFile: 'v1_1_5',
  MessageRegistryFileCollection: undefined,
  Power: 'v1_7_3',
  Processor: 'v1_23_0',
  ProcessorCollection: undefined,
  Role: 'v1_3_3',
  RoleCollection: undefined,
  SecureBoot: 'v1_2_0',
  Sensor: 'v1_13_0',
  SensorCollection: undefined,
  ServiceRoot: 'v1_21_0',
  Session: 'v1_8_0',
  SessionCollection: undefined,
  SessionService: 'v1_2_0',
  SoftwareInventory: 'v1_14_0',
  SoftwareInventoryCollection: undefined,
  Storage: 'v1_22_0',
  StorageCollection: undefined,
  Task: 'v1_7_4',
  TaskCollection: undefined,
  TaskService: 'v1_3_0',
  Thermal: 'v1_7_3',
  UpdateService: 'v1_17_1',
  VirtualMedia: 'v1_6_5',
  VirtualMediaCollection: undefined,
} as const satisfies Readonly<Record<string, string | undefined>>;

export type SchemaName = keyof typeof SCHEMA_VERSIONS;

export const SCHEMA_NAMES: readonly SchemaName[] = Object.keys(SCHEMA_VERSIONS).map((name) => name as SchemaName);

/** As `@odata.type` says it. */
export function odataType(name: SchemaName): string {
  const version = SCHEMA_VERSIONS[name];
  return version === undefined ? `#${name}.${name}` : `#${name}.${version}.${name}`;
}

/** Where DMTF publishes the JSON schema. */
export function schemaAddress(name: SchemaName): string {
  const version = SCHEMA_VERSIONS[name];
  return `http://redfish.dmtf.org/schemas/v1/${version === undefined ? name : `${name}.${version}`}.json`;
}
