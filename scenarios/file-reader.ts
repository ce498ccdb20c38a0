// What the language needs of the outside: texts of files and dumps of clusters. scenarios/ stays free of I/O; the
// implementation for Node is twin/study-files.ts.

import type { KubeObject } from '../core/api/object.ts';
import type { Problem } from './problem.ts';

export type ReadText =
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'unreadable' } & Unreadable);

/** Why there is no text of a file. */
export interface Unreadable {
  /** In words that follow "cannot read FILE:". */
  readonly why: string;
  /** A path that exists and may have been meant. */
  readonly near?: string;
  /** What to do with the file before it is given again. */
  readonly remedy?: string;
  /** What to give in its place depends on who asks. */
  readonly isFolder?: true;
}

/** What files and folders of a cluster held: objects without managedFields, each once, in reading order. */
export interface ClusterDump {
  readonly objects: readonly KubeObject[];
  /** The moment that the data speak of: the latest lease, heartbeat or must-gather stamp; undefined when there is none. */
  readonly nowMs: number | undefined;
  /** What `nowMs` was taken from, in words. */
  readonly nowFrom: string;
  /** Files that were read, in order. */
  readonly sources: readonly string[];
  readonly layout: 'lists' | 'must-gather';
  readonly problems: readonly Problem[];
}

export interface FileReader {
  /** A path as the user gave it, or joined to the scenario's folder. */
  readText(path: string): ReadText;
  /** Files and folders that together describe one cluster. */
  readCluster(paths: readonly string[]): ClusterDump;
}
