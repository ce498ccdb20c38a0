// A reboot, struck at every point: the flow that all others begin with.

import { reboot } from '../kit/crash/flows.ts';
import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint(reboot(), [
  ...['S1', 'S2', 'S8', 'S9', 'S11', 'S12', 'S16', 'S19', 'S21', 'B1', 'B2', 'B8', 'B11', 'L2', 'L3', 'L4'],
]);
