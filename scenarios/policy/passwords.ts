// Passwords that stand in a manifest in plain sight: fence agents take theirs as a parameter too, although a Secret is the place
// for them, and the addresses to which kured sends messages hold one. None is kept and none is printed, with the line that
// holds it.

import {
  FENCE_AGENTS_REMEDIATION,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
} from '../../core/api/fence-agents-remediation.ts';
import { type KubeObject, kindKeyOf, type StringMap } from '../../core/api/object.ts';
import type { Path, PositionedDocument } from '../positioned-yaml.ts';
import type { Place, Problem } from '../problem.ts';

/** Fields that hold parameters of fence agents by name. Source: medik8s/fence-agents-remediation 51f603e0. */
const PARAMETERS: ReadonlySet<string> = new Set(['sharedparameters', 'nodeparameters']);
/** Stands for a password: an agent has one, and no BMC here asks which. */
const UNREAD = 'unread';

/** `--password`, `--passwd`, `passwd`, `--snmp-priv-passwd`, `-p`. Source: fence-agents lib/fencing.py, all_opt. */
function isPassword(name: string): boolean {
  return /passw/i.test(name) || name === '-p';
}

/** Whether a text may show a password. */
export function mayHoldPassword(text: string): boolean {
  return /passw|notify.url|slack.hook.url|(^|[\s"'{,])-p["']?\s*:/i.test(text);
}

const KINDS: readonly string[] = [FENCE_AGENTS_REMEDIATION.key, FENCE_AGENTS_REMEDIATION_TEMPLATE.key];

/** What kubectl applied last, as text: the data of a Secret too. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object of a cluster with another word for every password. */
export function withoutFencePasswords(object: KubeObject): KubeObject {
  if (!KINDS.includes(kindKeyOf(object))) return object;
  const { metadata, ...kept } = without(object, false) as KubeObject;
  return { metadata: { ...metadata, ...withoutLastApplied(metadata.annotations) }, ...kept };
}

export function withoutLastApplied(annotations: StringMap | undefined): { readonly annotations?: StringMap } {
  if (annotations === undefined) return {};
  return { annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== LAST_APPLIED)) };
}

/** Where kured sends its messages: whoever knows the address may send some too. */
const MESSAGES_FLAG = /^--(notify-url|slack-hook-url)$/;
const MESSAGES_VARIABLE = /^KURED_(NOTIFY_URL|SLACK_HOOK_URL)$/;
const MESSAGES_TO = /^(--(?:notify-url|slack-hook-url)=).+/s;

function without(value: unknown, amongParameters: boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      MESSAGES_FLAG.test(String(value[index - 1])) ? UNREAD : without(item, amongParameters),
    );
  }
  if (typeof value === 'string') return value.replace(MESSAGES_TO, `$1${UNREAD}`);
  if (typeof value !== 'object' || value === null) return value;
  if ('name' in value && MESSAGES_VARIABLE.test(String(value.name))) return { ...value, value: UNREAD };
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      amongParameters && isPassword(name) ? unread(part) : without(part, amongParameters || PARAMETERS.has(name)),
    ]),
  );
}

/** What is no text stays none. */
function unread(value: unknown): unknown {
  if (typeof value === 'string') return UNREAD;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([node, part]) => [node, unread(part)]));
}

/** The document without its passwords; a place where one stands does not show its line. */
export function documentWithoutPasswords(document: PositionedDocument): PositionedDocument {
  return {
    ...document,
    value: without(document.value, false),
    placeOf: (path) => hidden(document.placeOf(path), path),
    placeOfKey: (path) => hidden(document.placeOfKey(path), path),
  };
}

function hidden(place: Place, path: Path): Place {
  const { source, ...rest } = place;
  const shows = source !== undefined && (path.some((name) => isPassword(String(name))) || mayHoldPassword(source));
  return shows ? rest : place;
}

/** A password that is no text: what it is instead is not said. */
export function withoutPasswordValue(problem: Problem): Problem {
  const [, field] = /^("[^"]*passw[^"]*"|"[^"]*\.-p(?:\.[^"]*)?") is null/i.exec(problem.message) ?? [];
  if (field === undefined) return problem;
  return { ...problem, message: `${field} is not a text`, remedy: 'put it in quotes, or in a Secret' };
}
