// An orderly reboot that somebody asked for: the operating system shuts down, and the host boots again without a power cut.

import { slownessOf } from '../host/boot-times.ts';
import { pollDraw } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';

export function rebootAsPlanned(kernel: Kernel, fleet: HostFleet, host: number): void {
  const record = fleet.host(host);
  record.planned = true;
  fleet.beginShutdown(host);
  const takesMs = sample(record.hardware.shutdownMs, pollDraw(record, record.boots + 1)) * slownessOf(record);
  const shutdownMs = Math.max(1, Math.round(takesMs));
  kernel.call(kernel.nowMs + shutdownMs, () => {
    if (record.shuttingDown) fleet.warmReboot(host, 'planned');
  });
}
