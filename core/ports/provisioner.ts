// Provisioner: inspects, deploys and cleans hosts (Ironic's role). Operations take tens of minutes and answer later. An operationId
// that was already accepted is not executed again; its `ended` hears the end of the first.

import type { ObjectKey } from '../api/object.ts';
import type { OperationEnd } from '../facts.ts';

export interface Provisioner {
  /** Collects hardware details, with `agent` from an agent that the host boots. `ended` is called exactly once. */
  inspect(
    host: ObjectKey,
    mode: 'fast' | 'agent',
    operationId: string,
    ended: (end: OperationEnd, atMs: number) => void,
  ): void;
  /** Writes the image of the BareMetalHost's spec, after cleaning with `metadata`, and boots it. */
  provision(
    host: ObjectKey,
    cleaning: 'metadata' | 'disabled',
    operationId: string,
    ended: (end: OperationEnd, atMs: number) => void,
  ): void;
  /** Powers off, boots the agent, cleans (`metadata` wipes disk metadata, `disabled` leaves the disks), powers off. */
  deprovision(
    host: ObjectKey,
    cleaning: 'metadata' | 'disabled',
    operationId: string,
    ended: (end: OperationEnd, atMs: number) => void,
  ): void;
}
