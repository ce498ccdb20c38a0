// Whether an object of a dump has the shape that every API server gives it. A dump is not checked against schemas, for what a
// server printed fits them; one that somebody has written in may not.

import { shapeProblem } from '../sim/api-server/object-shape.ts';
import { isJsonObject } from '../sim/api-server/same-value.ts';

/** What is wrong, in words, or undefined. */
export function misshapen(value: unknown): string | undefined {
  const problem = shapeProblem(value);
  if (problem !== undefined || !isJsonObject(value)) return problem;
  const { metadata, spec, status } = value;
  return (
    (isJsonObject(metadata) ? wrongMetadata(metadata) : undefined) ??
    notObject(spec, 'spec') ??
    notObject(status, 'status') ??
    (isJsonObject(status) ? wrongStatus(status) : undefined) ??
    (isJsonObject(spec) ? wrongSpec(spec, 'spec') : undefined)
  );
}

/** Of a Node's, a volume's, a claim's or a pod's amounts, and of what makes pods of a template. */
function wrongSpec(
  { capacity, resources, containers, template, volumes, bmc }: Fields,
  path: string,
): string | undefined {
  const own = notAmounts(capacity, `${path}.capacity`) ?? wrongRequests(resources, `${path}.resources`);
  if (own !== undefined) return own;
  if (given(volumes) && !(Array.isArray(volumes) && volumes.every(isJsonObject)))
    return `${path}.volumes is not a list of volumes`;
  const wrongBmc = isJsonObject(bmc) ? notText(bmc, `${path}.bmc`, ['address']) : notObject(bmc, `${path}.bmc`);
  if (wrongBmc !== undefined) return wrongBmc;
  if (given(containers)) {
    if (!Array.isArray(containers)) return `${path}.containers is not a list`;
    for (const container of containers) {
      const place = `${path}.containers[]`;
      const problem = isJsonObject(container)
        ? wrongRequests(container.resources, `${place}.resources`)
        : `${place} is not an object`;
      if (problem !== undefined) return problem;
    }
  }
  const below = isJsonObject(template) ? template.spec : undefined;
  return isJsonObject(below) ? wrongSpec(below, `${path}.template.spec`) : undefined;
}

function wrongRequests(resources: unknown, path: string): string | undefined {
  return isJsonObject(resources) ? notAmounts(resources.requests, `${path}.requests`) : notObject(resources, path);
}

/** Servers print amounts as texts, however they were written. */
function notAmounts(amounts: unknown, path: string): string | undefined {
  return isJsonObject(amounts) ? notText(amounts, path, Object.keys(amounts)) : notObject(amounts, path);
}

function wrongMetadata(metadata: Fields): string | undefined {
  const owners = Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences : [];
  const ownerless = owners.some((owner) => !isJsonObject(owner) || typeof owner.apiVersion !== 'string');
  return (
    notText(metadata, 'metadata', TIMES) ??
    (ownerless ? 'metadata.ownerReferences holds an owner without apiVersion' : undefined)
  );
}

const TIMES = ['creationTimestamp', 'deletionTimestamp'];
const CONDITION_TEXTS = ['type', 'status', 'reason', 'message', 'lastTransitionTime', 'lastHeartbeatTime'];

function wrongStatus({ conditions, hardware, operationHistory, allocatable, capacity }: Fields): string | undefined {
  if (given(conditions)) {
    if (!Array.isArray(conditions)) return 'status.conditions is not a list';
    for (const condition of conditions) {
      if (!isJsonObject(condition)) return 'status.conditions holds what is no condition';
      const problem = notText(condition, 'status.conditions[]', CONDITION_TEXTS);
      if (problem !== undefined) return problem;
    }
  }
  return (
    notAmounts(allocatable, 'status.allocatable') ??
    notAmounts(capacity, 'status.capacity') ??
    wrongHardware(hardware) ??
    wrongHistory(operationHistory)
  );
}

/** Of a BareMetalHost. */
function wrongHardware(hardware: unknown): string | undefined {
  if (!isJsonObject(hardware)) return notObject(hardware, 'status.hardware');
  const { systemVendor } = hardware;
  return (
    notText(hardware, 'status.hardware', ['hostname']) ??
    notObject(systemVendor, 'status.hardware.systemVendor') ??
    (isJsonObject(systemVendor)
      ? notText(systemVendor, 'status.hardware.systemVendor', ['manufacturer', 'productName', 'serialNumber'])
      : undefined)
  );
}

/** Of a BareMetalHost: when its operations began and ended. */
function wrongHistory(history: unknown): string | undefined {
  if (!isJsonObject(history)) return notObject(history, 'status.operationHistory');
  for (const [name, times] of Object.entries(history)) {
    const path = `status.operationHistory.${name}`;
    const problem = isJsonObject(times) ? notText(times, path, ['start', 'end']) : notObject(times, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function notText(fields: Fields, path: string, names: readonly string[]): string | undefined {
  const wrong = names.find((name) => given(fields[name]) && typeof fields[name] !== 'string');
  return wrong === undefined ? undefined : `${path}.${wrong} is not a text`;
}

function notObject(value: unknown, path: string): string | undefined {
  return given(value) && !isJsonObject(value) ? `${path} is not an object` : undefined;
}

/** Servers leave out what is null, and print it for times that never were. */
function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}
