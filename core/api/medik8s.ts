// Names that the medik8s operators share. Source: medik8s/common 2dab4f0.

import type { KubeObject } from './object.ts';

/** The node that a remediation request with a generated name is for. */
export const ANNOTATION_NODE_NAME = 'remediation.medik8s.io/node-name';
/** The template that a remediation request was made from. */
export const ANNOTATION_TEMPLATE_NAME = 'remediation.medik8s.io/template-name';
/** Set by the health check when a step's time is over; the remediator stops. */
export const ANNOTATION_TIMED_OUT = 'remediation.medik8s.io/nhc-timed-out';
/** On a template: its remediator takes requests with generated names, so that one node can have several. */
export const ANNOTATION_MULTIPLE_TEMPLATES = 'remediation.medik8s.io/multiple-templates-support';
/** On a Node, with value `true`: no health check remediates it. */
export const LABEL_EXCLUDE_FROM_REMEDIATION = 'remediation.medik8s.io/exclude-from-remediation';

export function isExcludedFromRemediation({ metadata }: KubeObject): boolean {
  return metadata.labels?.[LABEL_EXCLUDE_FROM_REMEDIATION] === 'true';
}

/** The node that a remediation request is for: its annotation, or else its own name. */
export function nodeNameOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return metadata.annotations?.[ANNOTATION_NODE_NAME] ?? metadata.name;
}

/** Conditions of every medik8s remediation request. */
export const CONDITION_PROCESSING = 'Processing';
export const CONDITION_SUCCEEDED = 'Succeeded';
export const CONDITION_PERMANENT_NODE_DELETION = 'PermanentNodeDeletionExpected';

/** Where leases on nodes live unless LEASE_NAMESPACE says otherwise. */
export const MEDIK8S_LEASE_NAMESPACE = 'medik8s-leases';

/** The lease on a node that one party at a time holds: a health check while it remediates, a maintenance while it lasts. */
export function nodeLeaseName(node: string): string {
  return `node-${node}`;
}
