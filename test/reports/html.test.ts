import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../reports/html/report.ts';
import { timelineData } from '../../reports/html/timeline-data.ts';
import { THREE_POLICIES } from './fixtures/summary.ts';

const RACKS = [
  { rack: 'rack-a', hosts: ['m-0', 'w-0'] },
  { rack: 'rack-b', hosts: ['w-1', 'w-2'] },
];

const REPORT = htmlReport({ summary: THREE_POLICIES, racks: RACKS, pageScript: "const end = '</script>';" });

describe('the report is one file that loads nothing', () => {
  test('no element refers to another file', () => {
    expect(REPORT.match(/<(?:link|img|iframe|object|embed|base)\b|\b(?:src|href|action)=|@import|url\(/g)).toBeNull();
  });

  test('and the browser is told to load nothing', () => {
    expect(REPORT).toContain(
      `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"`,
    );
  });
});

describe('names from clusters are data', () => {
  test('in text', () => {
    expect(REPORT).toContain('shop/&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(REPORT).toContain('Assumption: &lt;b&gt;short&lt;/b&gt; outages &amp; blips');
    expect(REPORT).not.toContain('<script>alert');
  });

  test('in the embedded data, which still reads as JSON', () => {
    const name = '</script><script>alert(1)</script>';
    const [first, ...others] = THREE_POLICIES.policies;
    if (first === undefined) throw new Error('the fixture has policies');
    const policies = [{ ...first, name }, ...others];
    const html = htmlReport({ summary: { ...THREE_POLICIES, policies }, racks: RACKS, pageScript: '' });
    const json = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(json).not.toContain('<');
    expect(JSON.parse(json).policies[0]).toBe(name);
  });

  test('in the script, which cannot end its own element', () => {
    expect(REPORT).toContain("const end = '<\\/script>';");
    expect(REPORT.match(/<\/script>/g)?.length).toBe(2);
  });
});

describe('the report can be read without its script', () => {
  test('the verdict is its first heading', () => {
    expect(/<h1>(.*?)<\/h1>/.exec(REPORT)?.[1]).toBe(
      'reboot-first beats reprovision: workload unavailable 8.66 h less per year [7.9 9.4].',
    );
  });

  test('every chart has its finding as title and its numbers as a table', () => {
    const figures = REPORT.split('<section class="figure"')
      .slice(1)
      .map((part) => part.split('</section>')[0] ?? '');
    expect(
      figures.map((figure) => ({
        title: /<h2[^>]*>(.*?)<\/h2>/.exec(figure)?.[1],
        chart: /data-chart="([^"]*)"/.exec(figure)?.[1],
        tables: figure.match(/<table>/g)?.length,
      })),
    ).toEqual([
      {
        title:
          'Workload unavailable per 365 d: least with reboot-first 3.21 h [3.02, 3.40], most with no-remediation 40 h [37, 43]',
        chart: 'primary',
        tables: 1,
      },
      { title: 'reboot-first against the others, metric by metric', chart: 'differences', tables: 1 },
      {
        title: 'reboot-first against reprovision flips at share of faults that a reboot cures = 0.28 (assumed: 0.75).',
        chart: 'break-even',
        tables: 1,
      },
      {
        title:
          'Nodes wait: reboot-first most for repair (5.7 d), reprovision most for reprovision (35.7 d), no-remediation most for repair (57 d)',
        chart: 'downtime',
        tables: 1,
      },
      { title: 'What the hosts did under reboot-first, replication 1', chart: 'timeline-0', tables: 1 },
      { title: 'What the hosts did under reprovision, replication 1', chart: 'timeline-1', tables: 1 },
      { title: 'What the hosts did under no-remediation, replication 1', chart: 'timeline-2', tables: 1 },
    ]);
  });
});

test('timelines leave out what is normal and keep hosts in rack order', () => {
  const spans = [
    { host: 'w-1', state: 'serving', fromMs: 0, toMs: 5_000 },
    { host: 'w-1', state: 'silent', fromMs: 5_000, toMs: 9_400 },
    { host: 'stray', state: 'serving', fromMs: 0, toMs: 60_000 },
    { host: 'w-0', state: 'fencing', fromMs: 1_000, toMs: 2_000 },
  ] as const;
  expect(timelineData({ policy: 'p', replication: 1, spans }, RACKS)).toEqual({
    policy: 'p',
    replication: 1,
    hosts: ['w-0', 'w-1', 'stray'],
    rackOfHost: ['rack-a', 'rack-b', ''],
    spans: [0, 2, 1, 2, 1, 0, 5, 9],
    endSeconds: 60,
    hostsLeftOut: 0,
  });
});

test('a timeline that would be too large leaves out hosts and says how many', () => {
  const spans = ['w-0', 'w-1', 'w-2'].flatMap((host) =>
    Array.from({ length: 9_000 }, (_, i) => ({
      host,
      state: 'silent' as const,
      fromMs: i * 2_000,
      toMs: i * 2_000 + 1_000,
    })),
  );
  const data = timelineData({ policy: 'p', replication: 1, spans }, RACKS);
  expect({ hosts: data.hosts, leftOut: data.hostsLeftOut }).toEqual({ hosts: ['w-0', 'w-1'], leftOut: 1 });
  const summary = { ...THREE_POLICIES, timelines: [{ policy: 'p', replication: 1, spans }] };
  expect(htmlReport({ summary, racks: RACKS, pageScript: '' })).toContain(
    '1 more hosts are left out to keep this file small',
  );
});
