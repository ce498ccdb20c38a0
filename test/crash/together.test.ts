// Two hosts at a time, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('together');
