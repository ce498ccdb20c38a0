// A replacement after a reboot, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('replace');
