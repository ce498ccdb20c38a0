// All invariants, in the order of their ids: fencing and exclusivity (S), budgets (B), and what must hold in the end (L).

import { ATOMIC_RESERVATION } from './budget/atomic-reservation.ts';
import { CHANGE_IN_FLIGHT } from './budget/change-in-flight.ts';
import { IN_FLIGHT_CAP } from './budget/in-flight-cap.ts';
import { NESTED_SCOPES } from './budget/nested-scopes.ts';
import { RATE } from './budget/rate.ts';
import { REMEDIATED_COUNTS } from './budget/remediated-counts.ts';
import { ROUNDING } from './budget/rounding.ts';
import { SLOT_LIFE } from './budget/slot-life.ts';
import { STABLE_DENOMINATOR } from './budget/stable-denominator.ts';
import { STORAGE_AWARE } from './budget/storage-aware.ts';
import { STORM } from './budget/storm.ts';
import { THRESHOLD } from './budget/threshold.ts';
import { CONVERGENCE } from './ending/convergence.ts';
import { NO_LITTER } from './ending/no-litter.ts';
import { NOT_LEFT_OFF } from './ending/not-left-off.ts';
import { ADMIN_OFF } from './fencing/admin-off.ts';
import { ASSUMED_FENCING } from './fencing/assumed-fencing.ts';
import { BLIND_OBSERVER } from './fencing/blind-observer.ts';
import { DRY_RUN } from './fencing/dry-run.ts';
import { FRESH_PROOF } from './fencing/fresh-proof.ts';
import { HEALTHY_SPARED } from './fencing/healthy-spared.ts';
import { LOCK_OUT } from './fencing/lock-out.ts';
import { MAINTENANCE } from './fencing/maintenance.ts';
import { NO_DOUBLE_KILL } from './fencing/no-double-kill.ts';
import { NO_SELF_FENCE } from './fencing/no-self-fence.ts';
import { ONE_ACTOR } from './fencing/one-actor.ts';
import { OWN_MARKS } from './fencing/own-marks.ts';
import { QUORUM } from './fencing/quorum.ts';
import { RELEASE_BEFORE_RETURN } from './fencing/release-before-return.ts';
import { RESET_IS_NOT_OFF } from './fencing/reset-is-not-off.ts';
import { RETURN_HYGIENE } from './fencing/return-hygiene.ts';
import { RIGHT_HOST } from './fencing/right-host.ts';
import { SAFE_RELEASE } from './fencing/safe-release.ts';
import { SAME_OBJECT } from './fencing/same-object.ts';
import { SCOPE } from './fencing/scope.ts';
import { SINGLE_WRITER } from './fencing/single-writer.ts';
import { WIPE_GATE } from './fencing/wipe-gate.ts';
import type { Invariant } from './invariant.ts';

export const INVARIANTS: readonly Invariant[] = [
  SINGLE_WRITER,
  SAFE_RELEASE,
  RIGHT_HOST,
  SCOPE,
  MAINTENANCE,
  ADMIN_OFF,
  OWN_MARKS,
  RELEASE_BEFORE_RETURN,
  FRESH_PROOF,
  RESET_IS_NOT_OFF,
  NO_DOUBLE_KILL,
  HEALTHY_SPARED,
  BLIND_OBSERVER,
  QUORUM,
  NO_SELF_FENCE,
  ONE_ACTOR,
  WIPE_GATE,
  LOCK_OUT,
  SAME_OBJECT,
  ASSUMED_FENCING,
  RETURN_HYGIENE,
  DRY_RUN,
  IN_FLIGHT_CAP,
  STABLE_DENOMINATOR,
  ROUNDING,
  REMEDIATED_COUNTS,
  NESTED_SCOPES,
  RATE,
  THRESHOLD,
  SLOT_LIFE,
  STORM,
  CHANGE_IN_FLIGHT,
  ATOMIC_RESERVATION,
  STORAGE_AWARE,
  CONVERGENCE,
  NOT_LEFT_OFF,
  NO_LITTER,
];
