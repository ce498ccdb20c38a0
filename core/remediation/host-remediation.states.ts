// The state machine of a HostRemediation as data. The order of the edges is the safety argument: in every state what takes a host
// back comes before what does more to it, and nothing is done to a host that was not decided, confirmed and proven before.
//
//   nothing done        Waiting, Verifying: recovery, exclusion, maintenance and deletion end it at once
//   point of no return  the reboot annotation, in PoweringOff
//   off                 only a reading lets go of workloads (off-proof.ts); every way out of off takes the hold back

import type { HostRemediationPhase } from '../api/host-remediation.ts';
import type { Edge, StateTable } from '../state-table.ts';

export type HostRemediationState = HostRemediationPhase | 'Withdrawing';

export type HostRemediationGuard =
  | 'deleting'
  | 'held'
  | 'selfFencing'
  | 'tainted'
  | 'back'
  | 'healthy'
  | 'touched'
  | 'unwanted'
  | 'kept'
  | 'stepLeft'
  | 'asked'
  | 'backingOff'
  | 'granted'
  | 'calledOff'
  | 'overdue'
  | 'finalizer'
  | 'strange'
  | 'answered'
  | 'updating'
  | 'wasUpdating'
  | 'booting'
  | 'powerOverdue'
  | 'selfPath'
  | 'silent'
  | 'unheard'
  | 'unasked'
  | 'contradicted'
  | 'poweredOff'
  | 'wasHeld'
  | 'holdLate'
  | 'readOff'
  | 'proven'
  | 'nodeThere'
  | 'proofOld'
  | 'released'
  | 'releaseOverdue'
  | 'wipes'
  | 'mayWipe'
  | 'poweredOn'
  | 'machineGoing'
  | 'givenBack'
  | 'marked'
  | 'replaced'
  | 'selfFenced'
  | 'selfFailed'
  | 'stillTalks'
  | 'awaitedLong'
  | 'personCalled'
  | 'running'
  | 'settled'
  | 'steady'
  | 'wished'
  | 'unmet'
  | 'nothingLeft';

export type HostRemediationRule =
  | 'withdrawn-by-deletion'
  | 'hold-of-ended-attempt-taken-back'
  | 'self-fencing-of-ended-attempt-ended'
  | 'late-return-untainted'
  | 'recovered-between-attempts'
  | 'recovered-before-start'
  | 'unwanted-after-attempts'
  | 'no-longer-wanted'
  | 'held-back'
  | 'steps-exhausted'
  | 'attempt-asked-for'
  | 'backing-off'
  | 'waiting-for-budget'
  | 'attempt-granted'
  | 'attempt-called-off'
  | 'verifying-timed-out'
  | 'finalizer-added'
  | 'wrong-system'
  | 'leaving-alone-what-is-updated'
  | 'firmware-update-over'
  | 'leaving-alone-what-boots'
  | 'attempt-decided'
  | 'bmc-dead-self-fencing'
  | 'bmc-dead'
  | 'bmc-silent'
  | 'bmc-asked'
  | 'unproven-self-fencing'
  | 'unproven'
  | 'power-off-timed-out'
  | 'proof-asked-at-once'
  | 'off-proven-at-once'
  | 'operator-says-off'
  | 'waiting-for-power-off'
  | 'called-off-before-hold'
  | 'hold-removed'
  | 'hold-came-too-late'
  | 'held-off'
  | 'hold-lost-before-proof'
  | 'wrong-system-off'
  | 'off-proven'
  | 'off-unproven-self-fencing'
  | 'off-unproven'
  | 'proving-timed-out'
  | 'off-contradicted'
  | 'operator-says-on'
  | 'not-off-yet'
  | 'bmc-silent-about-off'
  | 'proof-asked'
  | 'release-abandoned'
  | 'proof-void'
  | 'proof-too-old'
  | 'node-tainted'
  | 'waiting-for-release'
  | 'wipe-timed-out'
  | 'wipe-held-back'
  | 'wipe-allowed'
  | 'workloads-released'
  | 'hold-taken-back'
  | 'powered-on'
  | 'power-on-timed-out'
  | 'waiting-for-power-on'
  | 'late-hold-taken-back'
  | 'self-fencing-ended'
  | 'node-untainted'
  | 'node-back'
  | 'node-did-not-return'
  | 'waiting-for-node'
  | 'hold-dropped-for-cleaning'
  | 'machine-gone'
  | 'deletion-timed-out'
  | 'waiting-for-machine-to-go'
  | 'deletion-abandoned'
  | 'wipe-held-back-again'
  | 'proof-void-before-wipe'
  | 'proof-too-old-for-wipe'
  | 'host-marked'
  | 'machine-deleted'
  | 'hold-of-given-back-host-dropped'
  | 'replaced'
  | 'replacement-timed-out'
  | 'waiting-for-replacement'
  | 'hold-before-self-fencing-taken-back'
  | 'fenced-itself'
  | 'back-before-self-fencing'
  | 'recovered-before-self-fencing'
  | 'self-fencing-failed'
  | 'self-fencing-without-effect'
  | 'self-fencing-timed-out'
  | 'waiting-for-self-fencing'
  | 'self-fencing-impossible'
  | 'self-fencing-called-off'
  | 'self-fencing-came-too-late'
  | 'self-fencing-asked-for'
  | 'settled-hold-taken-back'
  | 'settled-self-fencing-ended'
  | 'settling-untainted'
  | 'unhealthy-again'
  | 'unhealthy-after-recovery'
  | 'settling'
  | 'wish-fulfilled'
  | 'succeeded'
  | 'hold-before-person-taken-back'
  | 'self-fencing-before-person-ended'
  | 'person-untainted'
  | 'healthy-with-person'
  | 'recovering-with-person'
  | 'replaced-with-person'
  | 'nothing-left'
  | 'person-called'
  | 'succeeded-hold-taken-back'
  | 'succeeded-finalizer-given-up'
  | 'succeeded-remembered'
  | 'cancelled-hold-taken-back'
  | 'cancelled-finalizer-given-up'
  | 'cancelled-remembered'
  | 'withdrawing-hold-taken-back'
  | 'withdrawing-self-fencing-ended'
  | 'withdrawing-untainted'
  | 'withdrawing-calls-person'
  | 'withdrawing-waits-for-node'
  | 'withdrawn'
  | 'withdrawal-done';

type HostEdge = Edge<HostRemediationState, HostRemediationGuard, HostRemediationRule>;

/** Deletion comes first, in every state. */
function withdrawn(from: HostRemediationPhase): HostEdge {
  return {
    from,
    to: 'Withdrawing',
    rule: 'withdrawn-by-deletion',
    when: { deleting: true },
    says: 'The remediation of {node} is deleted while it is {phase}.',
  };
}

/** Nothing is done to the host; what an ended attempt left is taken back first. */
const WAITING: readonly HostEdge[] = [
  withdrawn('Waiting'),
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'hold-of-ended-attempt-taken-back',
    when: { held: true },
    says: 'The attempt on {node} is over: host {host} is no longer held off.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'self-fencing-of-ended-attempt-ended',
    when: { selfFencing: true },
    says: 'The attempt on {node} is over: its request for self-fencing is deleted.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'late-return-untainted',
    when: { tainted: true, back: true },
    says: 'Node {node} is Ready after another boot: its out-of-service taint is taken off.',
  },
  {
    from: 'Waiting',
    to: 'Settling',
    rule: 'recovered-between-attempts',
    when: { healthy: true, touched: true },
    says: 'Node {node} is healthy after {attempts} attempts.',
  },
  {
    from: 'Waiting',
    to: 'Cancelled',
    rule: 'recovered-before-start',
    when: { healthy: true },
    says: 'Node {node} is healthy again before anything was done to it.',
  },
  {
    from: 'Waiting',
    to: 'Person',
    rule: 'unwanted-after-attempts',
    when: { unwanted: true, touched: true },
    says: '{why}: no machine does more for {node} after {attempts} attempts, and it is not healthy.',
  },
  {
    from: 'Waiting',
    to: 'Cancelled',
    rule: 'no-longer-wanted',
    when: { unwanted: true },
    says: '{why}: nothing was done to {node} and nothing will be.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'held-back',
    when: { kept: true },
    says: '{why}: {node} is not touched.',
  },
  {
    from: 'Waiting',
    to: 'Person',
    rule: 'steps-exhausted',
    when: { stepLeft: false },
    says: 'No step is left for {node} after {attempts} attempts: {why}.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'attempt-asked-for',
    when: { asked: false },
    says: 'Attempt {attempt} of {action} on {node} is asked for, with impact {impact}.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'backing-off',
    when: { backingOff: true },
    says: 'Host {host} was tried {attempts} times: the next attempt is {leftMs} ms away.',
  },
  {
    from: 'Waiting',
    to: 'Waiting',
    rule: 'waiting-for-budget',
    when: { granted: false },
    says: 'Attempt {attempt} of {action} on {node} waits for budget {budget}: {waitingFor}.',
  },
  {
    from: 'Waiting',
    to: 'Verifying',
    rule: 'attempt-granted',
    when: {},
    says: 'Budget {budget} grants attempt {attempt} of {action} on {node}.',
  },
];

const VERIFYING: readonly HostEdge[] = [
  withdrawn('Verifying'),
  {
    from: 'Verifying',
    to: 'Waiting',
    rule: 'attempt-called-off',
    when: { calledOff: true },
    says: '{why}: attempt {attempt} on {node} is called off before anything was done.',
  },
  {
    from: 'Verifying',
    to: 'Waiting',
    rule: 'verifying-timed-out',
    when: { overdue: true },
    says: '{node} could not be verified in {timeoutMs} ms.',
  },
  {
    from: 'Verifying',
    to: 'Verifying',
    rule: 'finalizer-added',
    when: { finalizer: false },
    says: 'The remediation of {node} is protected until its host is given back.',
  },
  {
    from: 'Verifying',
    to: 'Person',
    rule: 'wrong-system',
    when: { strange: true },
    says: 'The BMC of {host} names system {systemUuid}, Node {node} names {nodeUuid}: no command is sent.',
  },
  {
    from: 'Verifying',
    to: 'Verifying',
    rule: 'leaving-alone-what-is-updated',
    when: { answered: true, updating: true },
    says: 'New firmware is written to {host}: it is left alone until that is done, or the time of the attempt is over.',
  },
  {
    from: 'Verifying',
    to: 'Verifying',
    rule: 'firmware-update-over',
    when: { answered: true, wasUpdating: true },
    says: 'The firmware of {host} is written: from now on it has {graceMs} ms to boot.',
  },
  {
    from: 'Verifying',
    to: 'Verifying',
    rule: 'leaving-alone-what-boots',
    when: { answered: true, booting: true },
    says: 'Host {host} boots already ({bootProgress}): it is left alone for {graceMs} ms.',
  },
  {
    from: 'Verifying',
    to: 'PoweringOff',
    rule: 'attempt-decided',
    when: { answered: true },
    says: 'Host {host} is the one of {node} and is {power}: it will be powered off.',
  },
  {
    from: 'Verifying',
    to: 'FencingItself',
    rule: 'bmc-dead-self-fencing',
    when: { unheard: true, powerOverdue: true, selfPath: true },
    says: 'The BMC of {host} has not answered for {powerTimeoutMs} ms: {node} is asked to fence itself.',
  },
  {
    from: 'Verifying',
    to: 'Person',
    rule: 'bmc-dead',
    when: { unheard: true, powerOverdue: true },
    says: 'The BMC of {host} has not answered for {powerTimeoutMs} ms: nobody knows whether it is off.',
  },
  {
    from: 'Verifying',
    to: 'Verifying',
    rule: 'bmc-silent',
    when: { silent: true },
    says: 'The BMC of {host} does not answer.',
  },
  {
    from: 'Verifying',
    to: 'Verifying',
    rule: 'bmc-asked',
    when: {},
    says: 'The BMC of {host} is asked who it is and whether it boots.',
  },
];

const POWERING_OFF: readonly HostEdge[] = [
  withdrawn('PoweringOff'),
  {
    from: 'PoweringOff',
    to: 'Releasing',
    rule: 'off-proven-at-once',
    when: { held: true, poweredOff: true, readOff: true },
    says: 'The host operator says that {host} is off, and so does its BMC, asked after that.',
  },
  {
    from: 'PoweringOff',
    to: 'PoweringOff',
    rule: 'proof-asked-at-once',
    when: { held: true, poweredOff: true, unasked: true },
    says: 'The host operator says that {host} is off: its BMC is asked at once.',
  },
  {
    from: 'PoweringOff',
    to: 'ProvingOff',
    rule: 'operator-says-off',
    when: { held: true, poweredOff: true },
    says: 'The host operator says that {host} is off, and its BMC has not proven it at once.',
  },
  {
    from: 'PoweringOff',
    to: 'FencingItself',
    rule: 'unproven-self-fencing',
    when: { held: true, powerOverdue: true, selfPath: true },
    says: 'Host {host} is not off {powerTimeoutMs} ms after the strike: {node} is asked to fence itself.',
  },
  {
    from: 'PoweringOff',
    to: 'Person',
    rule: 'unproven',
    when: { held: true, powerOverdue: true },
    says: 'Host {host} is not off {powerTimeoutMs} ms after the strike: its workloads are not released.',
  },
  {
    from: 'PoweringOff',
    to: 'Waiting',
    rule: 'power-off-timed-out',
    when: { overdue: true },
    says: 'Host {host} is not off {timeoutMs} ms after the grant.',
  },
  {
    from: 'PoweringOff',
    to: 'PoweringOff',
    rule: 'waiting-for-power-off',
    when: { held: true },
    says: 'Host {host} is held off and does not say yet that it is off.',
  },
  {
    from: 'PoweringOff',
    to: 'Waiting',
    rule: 'hold-removed',
    when: { wasHeld: true },
    says: 'Somebody took our hold off {host} before it was off: attempt {attempt} is over.',
  },
  {
    from: 'PoweringOff',
    to: 'Waiting',
    rule: 'called-off-before-hold',
    when: { calledOff: true },
    says: '{why}: {host} is not held off.',
  },
  {
    from: 'PoweringOff',
    to: 'Waiting',
    rule: 'hold-came-too-late',
    when: { holdLate: true },
    says: 'Host {host} was not held off within {strikeMs} ms of the decision: it is decided anew.',
  },
  {
    from: 'PoweringOff',
    to: 'PoweringOff',
    rule: 'held-off',
    when: {},
    says: 'Host {host} is held off by our reboot annotation: the point of no return.',
  },
];

const PROVING_OFF: readonly HostEdge[] = [
  withdrawn('ProvingOff'),
  {
    from: 'ProvingOff',
    to: 'PoweringOn',
    rule: 'hold-lost-before-proof',
    when: { held: false },
    says: 'Somebody took our hold off {host}: nothing is released.',
  },
  {
    from: 'ProvingOff',
    to: 'Person',
    rule: 'wrong-system-off',
    when: { strange: true },
    says: 'The BMC of {host} names system {systemUuid} now, Node {node} names {nodeUuid}: nothing is released.',
  },
  {
    from: 'ProvingOff',
    to: 'Releasing',
    rule: 'off-proven',
    when: { poweredOff: true, readOff: true },
    says: 'The BMC of {host} says off, asked after the operator did.',
  },
  {
    from: 'ProvingOff',
    to: 'Waiting',
    rule: 'proving-timed-out',
    when: { overdue: true },
    says: 'Host {host} is not proven off {timeoutMs} ms after the grant.',
  },
  {
    from: 'ProvingOff',
    to: 'FencingItself',
    rule: 'off-unproven-self-fencing',
    when: { unheard: true, powerOverdue: true, selfPath: true },
    says: 'The BMC of {host} does not prove that it is off: {node} is asked to fence itself.',
  },
  {
    from: 'ProvingOff',
    to: 'Person',
    rule: 'off-unproven',
    when: { unheard: true, powerOverdue: true },
    says: 'The BMC of {host} does not prove that it is off: its workloads are not released.',
  },
  {
    from: 'ProvingOff',
    to: 'ProvingOff',
    rule: 'off-contradicted',
    when: { answered: true, contradicted: true },
    says: 'The BMC of {host} says off, and {contradiction} says otherwise: that proves nothing.',
  },
  {
    from: 'ProvingOff',
    to: 'ProvingOff',
    rule: 'operator-says-on',
    when: { answered: true, readOff: true },
    says: 'The BMC of {host} says off, and the host operator says on again: one of them is late, and the BMC is asked again.',
  },
  {
    from: 'ProvingOff',
    to: 'ProvingOff',
    rule: 'not-off-yet',
    when: { answered: true },
    says: 'The BMC of {host} says {power}: it is asked again.',
  },
  {
    from: 'ProvingOff',
    to: 'ProvingOff',
    rule: 'bmc-silent-about-off',
    when: { silent: true },
    says: 'The BMC of {host} does not answer: that proves nothing.',
  },
  {
    from: 'ProvingOff',
    to: 'ProvingOff',
    rule: 'proof-asked',
    when: {},
    says: 'The BMC of {host} is asked whether it is off.',
  },
];

const RELEASING: readonly HostEdge[] = [
  withdrawn('Releasing'),
  {
    from: 'Releasing',
    to: 'PoweringOn',
    rule: 'release-abandoned',
    when: { held: false },
    says: 'Somebody took our hold off {host}: no more is released.',
  },
  {
    from: 'Releasing',
    to: 'ProvingOff',
    rule: 'proof-void',
    when: { proven: false },
    says: 'The proof that {host} is off does not hold any more.',
  },
  {
    from: 'Releasing',
    to: 'ProvingOff',
    rule: 'proof-too-old',
    when: { nodeThere: true, tainted: false, proofOld: true },
    says: 'The proof that {host} is off is older than {proofFreshMs} ms: it is asked again.',
  },
  {
    from: 'Releasing',
    to: 'Releasing',
    rule: 'node-tainted',
    when: { nodeThere: true, tainted: false },
    says: 'Host {host} is off: Node {node} is tainted out-of-service.',
  },
  {
    from: 'Releasing',
    to: 'Releasing',
    rule: 'waiting-for-release',
    when: { nodeThere: true, released: false, releaseOverdue: false },
    says: 'Node {node} still has {pods} terminating pods and {attachments} volume attachments.',
  },
  {
    from: 'Releasing',
    to: 'PoweringOn',
    rule: 'wipe-timed-out',
    when: { wipes: true, overdue: true },
    says: 'The wipe of {host} was not allowed in {timeoutMs} ms: it is powered on.',
  },
  {
    from: 'Releasing',
    to: 'Releasing',
    rule: 'wipe-held-back',
    when: { wipes: true, mayWipe: false },
    says: '{why}: {host} is not wiped.',
  },
  {
    from: 'Releasing',
    to: 'DeletingMachine',
    rule: 'wipe-allowed',
    when: { wipes: true },
    says: 'Nothing on {host} is missed: Machine {machine} is deleted.',
  },
  {
    from: 'Releasing',
    to: 'PoweringOn',
    rule: 'workloads-released',
    when: {},
    says: 'Nothing runs on {node} any more ({pods} pods, {attachments} attachments left): {host} may power on.',
  },
];

const POWERING_ON: readonly HostEdge[] = [
  withdrawn('PoweringOn'),
  {
    from: 'PoweringOn',
    to: 'PoweringOn',
    rule: 'hold-taken-back',
    when: { held: true },
    says: 'Host {host} is no longer held off.',
  },
  {
    from: 'PoweringOn',
    to: 'AwaitingNode',
    rule: 'powered-on',
    when: { poweredOn: true },
    says: 'Host {host} is on.',
  },
  {
    from: 'PoweringOn',
    to: 'Waiting',
    rule: 'power-on-timed-out',
    when: { overdue: true },
    says: 'Host {host} is not on {timeoutMs} ms after the grant.',
  },
  {
    from: 'PoweringOn',
    to: 'PoweringOn',
    rule: 'waiting-for-power-on',
    when: {},
    says: 'Host {host} does not say yet that it is on.',
  },
];

const AWAITING_NODE: readonly HostEdge[] = [
  withdrawn('AwaitingNode'),
  {
    from: 'AwaitingNode',
    to: 'AwaitingNode',
    rule: 'late-hold-taken-back',
    when: { held: true },
    says: 'Host {host} must not be held off any more.',
  },
  {
    from: 'AwaitingNode',
    to: 'AwaitingNode',
    rule: 'self-fencing-ended',
    when: { selfFencing: true },
    says: 'Node {node} has fenced itself: its request is deleted.',
  },
  {
    from: 'AwaitingNode',
    to: 'AwaitingNode',
    rule: 'node-untainted',
    when: { back: true, tainted: true },
    says: 'Node {node} is Ready after another boot: its out-of-service taint is taken off.',
  },
  {
    from: 'AwaitingNode',
    to: 'Settling',
    rule: 'node-back',
    when: { back: true, healthy: true },
    says: 'Node {node} is healthy after another boot.',
  },
  {
    from: 'AwaitingNode',
    to: 'Waiting',
    rule: 'node-did-not-return',
    when: { overdue: true },
    says: 'Node {node} is not healthy {timeoutMs} ms after the grant.',
  },
  {
    from: 'AwaitingNode',
    to: 'AwaitingNode',
    rule: 'waiting-for-node',
    when: {},
    says: 'Node {node} is not Ready after another boot yet.',
  },
];

const DELETING_MACHINE: readonly HostEdge[] = [
  withdrawn('DeletingMachine'),
  {
    from: 'DeletingMachine',
    to: 'DeletingMachine',
    rule: 'hold-dropped-for-cleaning',
    when: { machineGoing: true, held: true, givenBack: true },
    says: 'Host {host} is given back: it is no longer held off, so that it can be cleaned.',
  },
  {
    from: 'DeletingMachine',
    to: 'AwaitingReplacement',
    rule: 'machine-gone',
    when: { machineGoing: true, held: false },
    says: 'Machine {machine} is deleted: its owner makes another one.',
  },
  {
    from: 'DeletingMachine',
    to: 'PoweringOn',
    rule: 'deletion-timed-out',
    when: { overdue: true },
    says: 'Machine {machine} is not gone {timeoutMs} ms after the grant: {host} is powered on.',
  },
  {
    from: 'DeletingMachine',
    to: 'DeletingMachine',
    rule: 'waiting-for-machine-to-go',
    when: { machineGoing: true },
    says: 'Machine {machine} is being deleted.',
  },
  {
    from: 'DeletingMachine',
    to: 'PoweringOn',
    rule: 'deletion-abandoned',
    when: { held: false },
    says: 'Somebody took our hold off {host}: Machine {machine} is not deleted.',
  },
  {
    from: 'DeletingMachine',
    to: 'Releasing',
    rule: 'wipe-held-back-again',
    when: { mayWipe: false },
    says: '{why}: Machine {machine} is not deleted.',
  },
  {
    from: 'DeletingMachine',
    to: 'ProvingOff',
    rule: 'proof-void-before-wipe',
    when: { proven: false },
    says: 'The proof that {host} is off does not hold any more: Machine {machine} is not deleted.',
  },
  {
    from: 'DeletingMachine',
    to: 'ProvingOff',
    rule: 'proof-too-old-for-wipe',
    when: { proofOld: true },
    says: 'The proof that {host} is off is older than {proofFreshMs} ms: it is asked again before Machine {machine} is deleted.',
  },
  {
    from: 'DeletingMachine',
    to: 'DeletingMachine',
    rule: 'host-marked',
    when: { marked: false },
    says: 'Host {host} is marked, so that its next use is as the step says.',
  },
  {
    from: 'DeletingMachine',
    to: 'DeletingMachine',
    rule: 'machine-deleted',
    when: {},
    says: 'Machine {machine} of {node} is deleted.',
  },
];

const AWAITING_REPLACEMENT: readonly HostEdge[] = [
  withdrawn('AwaitingReplacement'),
  {
    from: 'AwaitingReplacement',
    to: 'AwaitingReplacement',
    rule: 'hold-of-given-back-host-dropped',
    when: { held: true },
    says: 'Host {host} must not be held off any more.',
  },
  {
    from: 'AwaitingReplacement',
    to: 'Succeeded',
    rule: 'replaced',
    when: { replaced: true },
    says: 'Machine {machine} has a successor: its host serves again, or its owner has {ready} Ready Nodes of {wanted}.',
  },
  {
    from: 'AwaitingReplacement',
    to: 'Person',
    rule: 'replacement-timed-out',
    when: { overdue: true },
    says: 'The owner of Machine {machine} has {ready} of {wanted} Ready Nodes {timeoutMs} ms after the grant.',
  },
  {
    from: 'AwaitingReplacement',
    to: 'AwaitingReplacement',
    rule: 'waiting-for-replacement',
    when: {},
    says: 'The owner of Machine {machine} has {ready} of {wanted} Ready Nodes.',
  },
];

const FENCING_ITSELF: readonly HostEdge[] = [
  withdrawn('FencingItself'),
  {
    from: 'FencingItself',
    to: 'FencingItself',
    rule: 'hold-before-self-fencing-taken-back',
    when: { held: true },
    says: 'Host {host} is no longer held off: its node fences itself.',
  },
  {
    from: 'FencingItself',
    to: 'AwaitingNode',
    rule: 'fenced-itself',
    when: { selfFenced: true },
    says: 'SelfNodeRemediation says that {node} has rebooted; that rests on its agents and on its safe time.',
  },
  {
    from: 'FencingItself',
    to: 'AwaitingNode',
    rule: 'back-before-self-fencing',
    when: { back: true },
    says: 'Node {node} is Ready after another boot: nobody has to fence it any more.',
  },
  {
    from: 'FencingItself',
    to: 'Waiting',
    rule: 'recovered-before-self-fencing',
    when: { healthy: true, wished: false },
    says: 'Node {node} is healthy before it has fenced itself: it is not asked any more.',
  },
  {
    from: 'FencingItself',
    to: 'Person',
    rule: 'self-fencing-without-effect',
    when: { stillTalks: true },
    says: 'Node {node} still talks, of the boot that it was asked to end: its time is not waited for, and nothing is released.',
  },
  {
    from: 'FencingItself',
    to: 'Person',
    rule: 'self-fencing-failed',
    when: { selfFailed: true },
    says: 'SelfNodeRemediation gave up on {node}.',
  },
  {
    from: 'FencingItself',
    to: 'Person',
    rule: 'self-fencing-timed-out',
    when: { overdue: true },
    says: 'SelfNodeRemediation has not fenced {node} {timeoutMs} ms after the grant.',
  },
  {
    from: 'FencingItself',
    to: 'FencingItself',
    rule: 'waiting-for-self-fencing',
    when: { selfFencing: true },
    says: 'SelfNodeRemediation fences {node}.',
  },
  {
    from: 'FencingItself',
    to: 'Person',
    rule: 'self-fencing-impossible',
    when: { selfPath: false },
    says: 'There is no template of SelfNodeRemediation: {node} cannot fence itself.',
  },
  {
    from: 'FencingItself',
    to: 'Waiting',
    rule: 'self-fencing-called-off',
    when: { calledOff: true },
    says: '{why}: {node} is not asked to fence itself.',
  },
  {
    from: 'FencingItself',
    to: 'Waiting',
    rule: 'self-fencing-came-too-late',
    when: { holdLate: true },
    says: '{node} was not asked to fence itself within {strikeMs} ms of the decision: it is decided anew.',
  },
  {
    from: 'FencingItself',
    to: 'FencingItself',
    rule: 'self-fencing-asked-for',
    when: {},
    says: 'A SelfNodeRemediation is made for {node}.',
  },
];

const SETTLING: readonly HostEdge[] = [
  withdrawn('Settling'),
  {
    from: 'Settling',
    to: 'Settling',
    rule: 'settled-hold-taken-back',
    when: { held: true },
    says: 'Host {host} must not be held off any more.',
  },
  {
    from: 'Settling',
    to: 'Settling',
    rule: 'settled-self-fencing-ended',
    when: { selfFencing: true },
    says: 'Node {node} is healthy: its request for self-fencing is deleted.',
  },
  {
    from: 'Settling',
    to: 'Settling',
    rule: 'settling-untainted',
    when: { tainted: true, back: true },
    says: 'Node {node} is Ready after another boot: its out-of-service taint is taken off.',
  },
  {
    from: 'Settling',
    to: 'AwaitingNode',
    rule: 'unhealthy-again',
    when: { healthy: false, running: true },
    says: 'Node {node} is unhealthy again: the attempt goes on.',
  },
  {
    from: 'Settling',
    to: 'Waiting',
    rule: 'unhealthy-after-recovery',
    when: { healthy: false },
    says: 'Node {node} is unhealthy again.',
  },
  {
    from: 'Settling',
    to: 'Settling',
    rule: 'settling',
    when: { settled: false },
    says: 'Node {node} is healthy, and must be for {healthyDelayMs} ms.',
  },
  {
    from: 'Settling',
    to: 'Settling',
    rule: 'wish-fulfilled',
    when: { wished: true },
    says: 'The wish that {node} be remediated is fulfilled: its annotation is taken off.',
  },
  {
    from: 'Settling',
    to: 'Succeeded',
    rule: 'succeeded',
    when: {},
    says: 'Node {node} has been healthy for {healthyDelayMs} ms.',
  },
];

const PERSON: readonly HostEdge[] = [
  withdrawn('Person'),
  {
    from: 'Person',
    to: 'Person',
    rule: 'hold-before-person-taken-back',
    when: { held: true },
    says: 'Host {host} is no longer held off: a person decides.',
  },
  {
    from: 'Person',
    to: 'Person',
    rule: 'self-fencing-before-person-ended',
    when: { selfFencing: true },
    says: 'The request for self-fencing of {node} is deleted: a person decides.',
  },
  {
    from: 'Person',
    to: 'Person',
    rule: 'person-untainted',
    when: { tainted: true, back: true },
    says: 'Node {node} is Ready after another boot: its out-of-service taint is taken off.',
  },
  {
    from: 'Person',
    to: 'Succeeded',
    rule: 'healthy-with-person',
    when: { healthy: true, steady: true, unmet: false },
    says: 'Node {node} has been healthy for {healthyDelayMs} ms, whoever saw to it.',
  },
  {
    from: 'Person',
    to: 'Person',
    rule: 'recovering-with-person',
    when: { healthy: true, unmet: false },
    says: 'Node {node} is healthy again, and not yet for {healthyDelayMs} ms.',
  },
  {
    from: 'Person',
    to: 'Succeeded',
    rule: 'replaced-with-person',
    when: { replaced: true },
    says: 'Machine {machine} has a successor: its host serves again, or its owner has {ready} Ready Nodes of {wanted}.',
  },
  {
    from: 'Person',
    to: 'Cancelled',
    rule: 'nothing-left',
    when: { nothingLeft: true },
    says: 'Node {node} and its Machine are gone: there is nothing to remediate.',
  },
  {
    from: 'Person',
    to: 'Person',
    rule: 'person-called',
    when: {},
    says: 'A person is called for {node}: {why}.',
  },
];

const ENDS: readonly HostEdge[] = [
  withdrawn('Succeeded'),
  {
    from: 'Succeeded',
    to: 'Succeeded',
    rule: 'succeeded-hold-taken-back',
    when: { held: true },
    says: 'Host {host} must not be held off any more.',
  },
  {
    from: 'Succeeded',
    to: 'Succeeded',
    rule: 'succeeded-finalizer-given-up',
    when: { finalizer: true },
    says: 'The remediation of {node} is over and gives up its finalizer.',
  },
  {
    from: 'Succeeded',
    to: 'Succeeded',
    rule: 'succeeded-remembered',
    when: {},
    says: 'The remediation of {node} is over and stays as the memory of its host.',
  },
  withdrawn('Cancelled'),
  {
    from: 'Cancelled',
    to: 'Cancelled',
    rule: 'cancelled-hold-taken-back',
    when: { held: true },
    says: 'Host {host} must not be held off any more.',
  },
  {
    from: 'Cancelled',
    to: 'Cancelled',
    rule: 'cancelled-finalizer-given-up',
    when: { finalizer: true },
    says: 'The remediation of {node} is over and gives up its finalizer.',
  },
  {
    from: 'Cancelled',
    to: 'Cancelled',
    rule: 'cancelled-remembered',
    when: {},
    says: 'The remediation of {node} is over and stays as the memory of its host.',
  },
];

/** Deleted in flight: the host is given back, our marks are taken off, and only then the object may go. */
const WITHDRAWING: readonly HostEdge[] = [
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawing-hold-taken-back',
    when: { held: true },
    says: 'The remediation of {node} is deleted: {host} is no longer held off.',
  },
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawing-self-fencing-ended',
    when: { selfFencing: true },
    says: 'The remediation of {node} is deleted: so is its request for self-fencing.',
  },
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawing-untainted',
    when: { tainted: true, back: true },
    says: 'Node {node} is Ready after another boot: its out-of-service taint is taken off.',
  },
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawing-calls-person',
    when: { tainted: true, awaitedLong: true, personCalled: false },
    says: 'The remediation of {node} is deleted, and its Node has not come back since: a person is called.',
  },
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawing-waits-for-node',
    when: { tainted: true },
    says: 'The remediation of {node} is deleted; its taint stays until the Node is Ready after another boot.',
  },
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawn',
    when: { finalizer: true },
    says: 'Nothing of ours is left on {node} and {host}: the remediation may go.',
  },
  {
    from: 'Withdrawing',
    to: 'Withdrawing',
    rule: 'withdrawal-done',
    when: {},
    says: 'The remediation of {node} goes.',
  },
];

export const HOST_REMEDIATION_STATES: StateTable<HostRemediationState, HostRemediationGuard, HostRemediationRule> = {
  name: 'host-remediation',
  title: 'HostRemediation (ours)',
  source: 'this project: docs/adr/0010-our-own-policy-asks-through-the-host-operator.md',
  initial: 'Waiting',
  states: {
    Waiting: 'asks the budget for an attempt, or is held back',
    Verifying: 'granted: which machine answers, and whether it boots; nothing was done',
    PoweringOff: 'decided: the hold is put on the host, and off awaited',
    ProvingOff: 'the operator says off: a reading must prove it',
    Releasing: 'off is proven: the workloads are let go',
    PoweringOn: 'the hold is taken back',
    AwaitingNode: 'until the Node is healthy after another boot',
    DeletingMachine: 'off and released: the Machine is deleted',
    AwaitingReplacement: 'until the owner of the Machine is whole again',
    FencingItself: 'the BMC is dead: the second path',
    Settling: 'healthy; for long enough?',
    Person: 'a person is called',
    Succeeded: 'over: the node is healthy',
    Cancelled: 'over before anything was done, or because nothing is left',
    Withdrawing: 'deleted: the host is given back',
  },
  guards: {
    deleting: 'the remediation has a deletionTimestamp',
    held: 'the host carries our reboot annotation',
    selfFencing: 'the SelfNodeRemediation that we made is there and not going',
    tainted: 'the Node has the out-of-service taint; in Releasing of anybody, otherwise ours',
    back: 'the Node is Ready after another boot than that before the attempt',
    healthy: 'the Node is Ready, no condition of the policy is met, and no taint of ours waits for another boot',
    touched: 'something was done to the host in this episode',
    unwanted: 'the Node is gone or excluded, or the policy is gone',
    kept: 'somebody else has the node in hands, or the policy or its budget holds starts back',
    stepLeft: 'a step of the policy has attempts left and can be done on this host',
    asked: 'the status asks for that step and attempt',
    backingOff: 'the last attempt on the host ended too short a time ago',
    granted: 'the budget grants this attempt of this remediation',
    calledOff: 'healthy, unwanted or kept, or the policy would do something else now',
    overdue: 'the time of the attempt is over, from its grant',
    finalizer: 'the remediation has its finalizer',
    strange: 'the BMC names another system than the Node, or none where one is required',
    answered: 'the BMC has answered a question of this phase, lately',
    updating: 'it says that new firmware is written to the system',
    wasUpdating: 'the condition Held says that it did, in this phase',
    booting: 'it says that the host boots, or the kubelet has just begun to talk, and the grace for that is not over',
    powerOverdue:
      'the time in which the BMC must answer is over, from the grant; from the strike once it is struck; from the word of the operator once it says off',
    selfPath: 'the policy wants self-fencing where power is unknown, and a template for it is there',
    unheard:
      'in this phase the BMC was asked, and its last answer was none, or not an off that can be believed where off is to be proven',
    unasked: 'it is remembered that off is awaited, and the BMC was not asked for it yet, or its answer may still come',
    contradicted:
      'the answer says off, and tells of a boot as well; or it tells nothing of boots, and the kubelet is heard (Ready is not Unknown)',
    silent: 'the BMC was asked lately and did not answer',
    poweredOff: 'the host has status.poweredOn=false',
    wasHeld: 'the status says that the host carried our reboot annotation in this attempt',
    holdLate: 'the strike was decided too long ago for its first effect',
    readOff: 'a reading proves off',
    proven: 'the status holds a proof of off for this host and attempt, and the operator has not said on since',
    nodeThere: 'the Node exists',
    proofOld: 'the proof is older than somebody needs to switch the host on behind the operator',
    released: 'the taint has had its moment, no pod terminates and no volume is attached',
    releaseOverdue: 'released or not, the host must not stay off longer for it',
    wipes: 'the step deletes the Machine',
    mayWipe: 'the policy allows to wipe and has this step still, and the storage guard agrees',
    poweredOn: 'the host has status.poweredOn=true, or the Node is back',
    machineGoing: 'the Machine is gone, is being deleted or is another one',
    givenBack: 'the host is no longer provisioned for the Machine',
    marked: 'the host carries the mark of the step, where there is one',
    replaced: 'the owner of the Machine is whole again, or the host serves again under another Machine',
    selfFenced: 'the SelfNodeRemediation says that it succeeded',
    selfFailed: 'the SelfNodeRemediation says that it gave up',
    stillTalks:
      'the Node is Ready with the boot that was to be ended, so shortly before it is held for rebooted that its agent would have done it long ago',
    awaitedLong: 'the request was deleted longer ago than a reboot may take',
    personCalled: 'the condition NeedsPerson is True',
    running: 'an attempt has no end yet',
    settled: 'healthyDelay has passed',
    steady: 'the Node has been Ready for healthyDelay by its own stamp',
    wished: 'the Node carries the annotation that asks for a remediation',
    unmet:
      'it does, and the Node tells of no other boot than that at which the remediation was asked for, or before its attempts',
    nothingLeft: 'the Node is gone, and so is its Machine, by somebody else',
  },
  edges: [
    ...WAITING,
    ...VERIFYING,
    ...POWERING_OFF,
    ...PROVING_OFF,
    ...RELEASING,
    ...POWERING_ON,
    ...AWAITING_NODE,
    ...DELETING_MACHINE,
    ...AWAITING_REPLACEMENT,
    ...FENCING_ITSELF,
    ...SETTLING,
    ...PERSON,
    ...ENDS,
    ...WITHDRAWING,
  ],
};
