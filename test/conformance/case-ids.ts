// The cases that the products' own tests, documentation and code state, by the system that they are about. Every one has at
// least one row in a test of this folder, named `case C002: …`. The products' own tests and code, by chapter of the product.

export const CASES_BY_SYSTEM = {
  'OpenShift MachineHealthCheck':
    'C001 C002 C004 C005 C006 C008 C009 C010 C011 C012 C014 C015 C016 C018 C019 C020 C021 C022 C024 C025 C026 C028 C029 C030 C031 C032 C034 C035 C036',
  'Cluster API MachineHealthCheck':
    'C038 C039 C040 C041 C042 C044 C045 C046 C048 C049 C050 C051 C052 C054 C055 C056 C058 C059 C060 C061 C062 C064',
  'Owner remediation (MachineSet, KubeadmControlPlane)':
    'C065 C066 C068 C069 C070 C071 C072 C074 C075 C076 C078 C079 C080 C081 C082 C084',
  'MachineRemediation and MachineDisruptionBudget':
    'C085 C086 C088 C089 C090 C091 C092 C094 C095 C096 C098 C099 C100 C101 C241 C102 C104 C105 C106 C108 C109 C110 C111 C112 C114 C115 C116 C118 C119 C120',
  'Metal3Remediation and cluster-api-provider-baremetal':
    'C121 C122 C124 C125 C126 C128 C129 C130 C131 C132 C134 C135 C136 C138',
  BareMetalHost:
    'C139 C140 C141 C142 C144 C145 C146 C148 C149 C150 C151 C152 C154 C155 C156 C158 C159 C160 C161 C162 C164 C165 C166 C168 C169',
  NodeHealthCheck:
    'C170 C171 C172 C174 C175 C176 C178 C179 C180 C181 C182 C184 C185 C186 C188 C189 C190 C191 C192 C194 C195 C196 C198 C199 C200 C201 C202 C240 C239 C204',
  'Node-level remediators and maintenance':
    'C205 C206 C208 C209 C210 C211 C212 C214 C215 C216 C218 C219 C220 C221 C222 C224 C225 C226 C228 C229 C230 C231 C232 C234 C235 C236 C238',
} as const;

export const CASE_IDS: readonly string[] = Object.values(CASES_BY_SYSTEM).flatMap((ids) => ids.split(' '));

/** The case that a test is about, by its name: `case C002: …`, `case C062 (corrected): …`. */
export function caseIdOf(testName: string): string | undefined {
  return /^case (C\d{3})\b/.exec(testName)?.[1];
}
