// Our own requests: each phase in which something may be done to the host belongs to an attempt, and every phase is told.

import { HOST_REMEDIATION, type HostRemediation } from '../../../core/api/host-remediation.ts';
import { REMEDIATION_POLICY, type RemediationStep } from '../../../core/api/remediation-policy.ts';
import type { World } from '../../world.ts';
import type { Seen, WipeRule } from '../observation.ts';
import type { AttemptBook } from './observe-attempts.ts';
import { nodeHost, type Tell } from './tell.ts';

const AT_REST: ReadonlySet<string> = new Set(['Waiting', 'Succeeded', 'Cancelled', 'Person']);

export class OwnRequests {
  private readonly world: World;
  private readonly book: AttemptBook;
  private readonly tell: Tell;
  /** Open attempt by uid of the request. */
  private readonly open = new Map<string, string>();

  constructor(world: World, book: AttemptBook, tell: Tell) {
    this.world = world;
    this.book = book;
    this.tell = tell;
  }

  changed(before: HostRemediation | undefined, after: HostRemediation | undefined): void {
    const object = after ?? before;
    if (object === undefined) return;
    const { uid } = object.metadata;
    const node = object.spec?.node.name ?? '';
    const phase = after === undefined ? 'gone' : (after.status?.phase ?? 'Waiting');
    const known = this.open.get(uid);
    const attempt = after === undefined ? undefined : attemptOf(after, known);
    if (known !== undefined && known !== attempt) {
      this.open.delete(uid);
      this.book.closed(known, endOf(phase));
    }
    const { budget = '' } = object.spec ?? {};
    const withdrawn = after?.metadata.deletionTimestamp !== undefined;
    this.tell({ seen: 'request', request: uid, host: nodeHost(this.world, node), budget, phase, withdrawn });
    if (after === undefined || attempt === undefined || attempt === known) return;
    // Back from a person's hands: it has to show that it stays, and nothing is done to it.
    if (phase === 'Settling') return;
    this.open.set(uid, attempt);
    const wipe = this.wipeRule(after);
    this.book.opened({
      attempt,
      request: uid,
      host: this.world.fleet.indexOfNode(node),
      remediator: HOST_REMEDIATION.kind,
      means: attempt.endsWith(BY_ITSELF) ? 'timer' : 'power',
      ...(wipe === undefined ? {} : { wipe }),
    });
  }

  private wipeRule(request: HostRemediation): WipeRule | undefined {
    const { store } = this.world;
    const policy = store.get(REMEDIATION_POLICY, { namespace: '', name: request.spec?.policy ?? '' });
    const steps = policy?.spec?.steps ?? [];
    const current = request.status?.step ?? 0;
    const step = steps[current];
    if (step === undefined || !wipes(step)) return undefined;
    const softer = (index: number): boolean => index < current;
    const softerWanted = steps.reduce((sum, { attempts = 1 }, index) => sum + (softer(index) ? attempts : 0), 0);
    const ofNode = store.list(HOST_REMEDIATION).filter(({ spec }) => spec?.node.name === request.spec?.node.name);
    const made = ofNode.flatMap(({ status }) => status?.attempts ?? []).filter((attempt) => softer(attempt.step));
    return { allowed: policy?.spec?.wipeAllowed === true, softerWanted, softerMade: made.length };
  }
}

function wipes({ action }: RemediationStep): boolean {
  return action === 'ReprovisionInPlace' || action === 'Replace';
}

/** The attempt that is under way, if any; fencing by the host itself is one of its own, and stays so until the Node is back. */
function attemptOf({ metadata, status }: HostRemediation, open: string | undefined): string | undefined {
  const phase = status?.phase ?? 'Waiting';
  if (AT_REST.has(phase)) return undefined;
  const attempt = `${metadata.uid}/${status?.step ?? 0}.${status?.attempt ?? 1}`;
  return phase === 'FencingItself' || open === `${attempt}${BY_ITSELF}` ? `${attempt}${BY_ITSELF}` : attempt;
}

const BY_ITSELF = '/self';

function endOf(phase: Seen<'request'>['phase']): Seen<'attemptClosed'>['how'] {
  if (phase === 'Succeeded') return 'succeeded';
  if (phase === 'Cancelled') return 'cancelled';
  return phase === 'Person' ? 'escalated' : 'over';
}
