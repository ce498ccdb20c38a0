// What can be reached over which network: the planes, and the places that traffic comes from and goes to.

/**
 * `api`: kubelets, controllers and the API server. `storage`: replication and volumes. `peers`: pods, clients and agents of the
 * nodes among themselves. `bmc`: management controllers.
 */
export const PLANES = ['api', 'storage', 'peers', 'bmc'] as const;

export type Plane = (typeof PLANES)[number];

/**
 * Places outside of the racks. `controlPlane`: where the API server is reached. `controllers`: where the remediation controllers
 * and Ironic run. `site`: clients and everything else.
 */
export const OUTSIDE_PLACES = ['controlPlane', 'controllers', 'site'] as const;

export type OutsidePlace = (typeof OUTSIDE_PLACES)[number];

/** A host by its index, or a place outside of the racks. */
export type Place = number | OutsidePlace;

/** Which way is lost: what the thing sends (`out`), what is sent to it (`in`), or both. */
export type LostWay = 'both' | 'out' | 'in';

/** Where the way is broken. */
export type CutPlace =
  /** The host's own port; on the plane `bmc` that of its management controller. */
  | { readonly at: 'host'; readonly host: number }
  /** The switch of a rack: nothing passes, not even inside of the rack. */
  | { readonly at: 'rack'; readonly rack: number }
  /** The way between a rack and the rest; inside, everything is well. */
  | { readonly at: 'uplink'; readonly rack: number }
  /** What joins the racks and the places outside. */
  | { readonly at: 'spine' }
  | { readonly at: 'outside'; readonly place: OutsidePlace };

export interface Cut {
  readonly where: CutPlace;
  readonly planes: readonly Plane[];
  readonly lost: LostWay;
  /** When it heals by itself; Infinity when nothing says so. */
  readonly endsAtMs: number;
}
