// A remediation that maintenance keeps waiting, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('maintenance');
