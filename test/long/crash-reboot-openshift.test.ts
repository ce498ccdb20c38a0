// A reboot on OpenShift, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('reboot-openshift');
