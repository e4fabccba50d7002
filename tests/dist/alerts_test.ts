import assert from "node:assert/strict";
import { parse } from "yaml";
import { metricsOf } from "../../src/collect/monitor/venue_metrics.ts";
import { STATE } from "../collect/monitor/known_state.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const RULES = new URL("../../dist/prometheus/alerts.yml", import.meta.url);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** When an alert does and does not fire; by hour from the first of 1970, a Thursday, when the last cycle ended. */
const FIRES: [alert: string, hour: number, fires: boolean][] = [
  ["XetraParqedCycleLate", 9.5, false], // before the monitored hours
  ["XetraParqedCycleLate", 11, true],
  ["XetraParqedCycleLate", 15.5, false],
  ["XetraParqedCycleLate", 24 + 11, true],
  ["XetraParqedCycleLate", 2 * 24 + 11, false], // a Saturday
  ["XetraParqedNoCycle", 25, false],
  ["XetraParqedNoCycle", 27, true],
  ["XetraParqedNothingNew", 119, false],
  ["XetraParqedNothingNew", 121, true],
  ["XetraParqedMetricsMissing", 121, false],
];

/** The metrics of a venue that has been fetched, whose last day can be judged. */
const METRICS = metricsOf({ ...STATE, volume: { date: "2026-08-31", trades: 2, usual: null } });

const { groups } = parse(Deno.readTextFileSync(RULES)) as { groups: { name: string; rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const hasPromtool = await new Deno.Command("sh", { args: ["-c", "command -v promtool"] }).output()
  .then(({ success }) => success);
if (!hasPromtool) console.log("promtool is not there: the rules are only parsed");

Deno.test("the alerts use only metrics that the program writes", () => {
  const written = new Set([...METRICS.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  assert.equal(written.size, 17);
  for (const { alert, expr } of rules) {
    const asked = expr.match(/\bxetra_parqed_\w+/g) ?? assert.fail(`${alert} asks for no metric`);
    assert.deepEqual(asked.filter((name) => !written.has(name)), [], alert);
  }
});

Deno.test("the dashboard for Grafana uses only metrics that the program writes, and has no empty panel", () => {
  const written = new Set([...METRICS.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  const { panels } = JSON.parse(
    Deno.readTextFileSync(new URL("../../dist/grafana/xetra-parqed.json", import.meta.url)),
  );
  assert.ok(panels.length > 5);
  for (const { title, targets } of panels) {
    const asked = targets.flatMap(({ expr }: { expr: string }) => expr.match(/\bxetra_parqed_\w+/g));
    assert.deepEqual(asked.filter((name: string) => !written.has(name)), [], title);
    assert.ok(asked.length > 0, title);
  }
});

Deno.test("every alert has a unique name, a severity, and says what is wrong", () => {
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, labels, annotations } of rules) {
    assert.match(alert, /^XetraParqed[A-Z][A-Za-z]+$/);
    assert.match(labels.severity, /^(warning|critical)$/);
    assert.ok(annotations.summary && annotations.description, alert);
  }
});

Deno.test({
  name: "promtool finds nothing to say about the alerts",
  ignore: !hasPromtool,
  fn: async () => {
    const { code, stdout, stderr } = await new Deno.Command("promtool", {
      args: ["check", "rules", RULES.pathname],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), new RegExp(`SUCCESS: ${rules.length} rules found`));
  },
});

Deno.test({
  name: "promtool fires the alerts on time when they should, and not on a Saturday or at night",
  ignore: !hasPromtool,
  fn: async () => {
    using folder = temporaryDirectory();
    const series = ["last_cycle", "newest_minute"].map((name) => ({
      series: `xetra_parqed_${name}_timestamp_seconds{venue="DETR"}`,
      values: "0x2000",
    }));
    const alerts = FIRES.map(([alertname, hour, fires]) => ({
      alertname,
      eval_time: `${hour * 60}m`,
      exp_alerts: fires ? [expected(alertname)] : [],
    }));
    const test = {
      rule_files: [RULES.pathname],
      evaluation_interval: "10m",
      tests: [{ interval: "10m", input_series: series, alert_rule_test: alerts }],
    };
    Deno.writeTextFileSync(folder.of("alerts.yml"), JSON.stringify(test));
    const run = await new Deno.Command("promtool", { args: ["test", "rules", folder.of("alerts.yml")] })
      .output();
    assert.equal(run.code, 0, new TextDecoder().decode(run.stdout) + new TextDecoder().decode(run.stderr));
  },
});

/** An alert for DETR as a person receives it. */
function expected(alertname: string) {
  const { labels, annotations } = rules.find(({ alert }) => alert === alertname)!;
  const filled = Object.entries(annotations).map((
    [name, text],
  ) => [name, text.replaceAll("{{ $labels.venue }}", "DETR")]);
  return { exp_labels: { ...labels, venue: "DETR" }, exp_annotations: Object.fromEntries(filled) };
}
