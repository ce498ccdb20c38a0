// A scenario of three racks with three masters and six workers.

/** @param policies as YAML in one line; `more`: further fields of the spec, with their indentation. */
export function smallScenario(policies: string, more = ''): string {
  return `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  cluster:
    generate:
      racks: 3
      groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6 }]
  policies: ${policies}
${more}`;
}
