// A reboot, struck at every point: the flow that all others begin with.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('reboot');
