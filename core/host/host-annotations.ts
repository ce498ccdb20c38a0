// The annotations by which others steer a host: reboot requests, detaching and pausing. Values are JSON written by anybody;
// what cannot be read falls back as the product does.
// Source: baremetal-operator, internal/controller/metal3.io/{baremetalhost_controller,annotations}.go.

import {
  ANNOTATION_DETACHED,
  ANNOTATION_PAUSED,
  ANNOTATION_REBOOT,
  type BareMetalHost,
} from '../api/bare-metal-host.ts';

export interface RebootRequest {
  readonly wanted: boolean;
  /** `hard` when any annotation asks for it. */
  readonly mode: 'soft' | 'hard';
  /** The annotation without a suffix is there: one reboot, and the operator removes it when the host is off. */
  readonly oneShot: boolean;
  /** Names of the annotations that count, in order: what a reboot answers to. */
  readonly askedBy: string;
}

const NO_REQUEST: RebootRequest = { wanted: false, mode: 'soft', oneShot: false, askedBy: '' };

/** `needsForce`: outside the provisioned states only annotations with `force` count. */
export function rebootRequest(host: BareMetalHost, needsForce: boolean): RebootRequest {
  const { annotations } = host.metadata;
  if (annotations === undefined) return NO_REQUEST;
  let mode: 'soft' | 'hard' = 'soft';
  let askedBy = '';
  for (const name of Object.keys(annotations).sort()) {
    if (!isReboot(name)) continue;
    const { mode: asked, force } = jsonObject(annotations[name]) ?? {};
    if (needsForce && force !== true) continue;
    askedBy += `${name} `;
    if (asked === 'hard') mode = 'hard';
  }
  if (askedBy === '') return NO_REQUEST;
  return { wanted: true, mode, oneShot: annotations[ANNOTATION_REBOOT] !== undefined, askedBy };
}

/** Values of reboot annotations that are no JSON. */
export function unreadableReboots({ metadata }: BareMetalHost): readonly string[] {
  return Object.entries(metadata.annotations ?? {}).flatMap(([name, value]) =>
    isReboot(name) && value !== '' && parsed(value) === undefined ? [value] : [],
  );
}

function isReboot(name: string): boolean {
  return name === ANNOTATION_REBOOT || name.startsWith(`${ANNOTATION_REBOOT}/`);
}

export function isPaused(host: BareMetalHost): boolean {
  return host.metadata.annotations?.[ANNOTATION_PAUSED] !== undefined;
}

export interface DetachRequest {
  readonly force: boolean;
  /** A host that is deleted while detached waits for the annotation to go. */
  readonly delayDelete: boolean;
}

/** Undefined without the annotation; its value may be anything. */
export function detachRequest(host: BareMetalHost): DetachRequest | undefined {
  const value = host.metadata.annotations?.[ANNOTATION_DETACHED];
  if (value === undefined) return undefined;
  const { deleteAction, force } = jsonObject(value) ?? {};
  return { force: force === true, delayDelete: deleteAction === 'delay' };
}

function jsonObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined || text === '') return undefined;
  const value = parsed(text)?.value;
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

/** Undefined when the text is no JSON. */
export function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
