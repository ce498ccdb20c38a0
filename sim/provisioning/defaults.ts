// Default numbers of the provisioning plane, each with its Source or Assumption. None applies unless the scenario has the service.

import type { Distribution } from '../kernel/distributions.ts';
import { MINUTE_MS } from '../kernel/time-units.ts';

const MIB = 1024 * 1024;

/** Source: ironic, max_concurrent_clean 50; the lower of its limits, that on deployments is 250. */
export const DEFAULT_IRONIC_AT_ONCE = 50;

/** Assumption: a server on a network card of 10 Gbit/s. */
export const DEFAULT_SERVER_BYTES_PER_SECOND = 1_250_000_000;

/** Assumption: a host is provisioned over a network card of 1 Gbit/s. */
export const DEFAULT_HOST_BYTES_PER_SECOND = 125_000_000;

/** Assumption: kernel and initial file system of a Linux distribution with the agent in it; images that are offered have 300 to 900 MiB. */
export const DEFAULT_AGENT_BYTES = 500 * MIB;

/** Assumption: a compressed image of a container operating system. */
export const DEFAULT_IMAGE_BYTES = 1200 * MIB;

/** Assumption: kubelet's helpers, network, storage and monitoring of a node, compressed. */
export const DEFAULT_FIRST_BOOT_BYTES = 3000 * MIB;

/** Assumption: the pods that make a node's network come from the registry, as kubeadm's nodes have it; what is below is in the image. */
export const DEFAULT_NEEDED_BY = 'kubelet';

/** Source: kubernetes pkg/kubelet, image pulls back off up to 300 s; so does who starts over in the system's own units, within a minute. */
export const DEFAULT_PULL_RETRY_MS: Distribution = { kind: 'uniform', min: 0, max: 5 * MINUTE_MS };

/**
 * Source: ironic_python_agent/config.py: image_download_connection_timeout 60 s, 9 retries, 10 s apart: a server that does not answer is
 * given up after 10 x 60 s and 9 x 10 s.
 */
export const DOWNLOAD_GIVEN_UP_AFTER_MS = 690_000;

/** Assumption: a lease of 15 s that has to run out, and lists of all kinds. */
export const DEFAULT_CONTROLLER_START_MS: Distribution = { kind: 'uniform', min: 15_000, max: 30_000 };
