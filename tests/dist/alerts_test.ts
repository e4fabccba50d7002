import assert from "node:assert/strict";
import { parse } from "yaml";
import { metricsOf, type VenueState } from "../../src/collect/health.ts";

const RULES = new URL("../../dist/prometheus/alerts.yml", import.meta.url);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** A venue that has been fetched. */
const STATE: VenueState = {
  venue: "DETR",
  version: "1.0.0",
  lastCycle: {
    start: "2026-09-01T08:00:00Z",
    end: "2026-09-01T08:01:00Z",
    files: 1,
    trades: 2,
    exitCode: 0,
    error: null,
  },
  failedCycles: 0,
  nextCycle: null,
  newestMinute: "2026-09-01T07:59",
  notUnderstood: { files: 0, oldest: null },
  lost: { files: 0, last: null },
  reconciled: null,
  days: [],
};

const { groups } = parse(Deno.readTextFileSync(RULES)) as { groups: { name: string; rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const hasPromtool = await new Deno.Command("sh", { args: ["-c", "command -v promtool"] }).output()
  .then(({ success }) => success);
if (!hasPromtool) console.log("promtool is not there: the rules are only parsed");

Deno.test("the alerts ask for metrics that the program writes, and for no others", () => {
  const written = new Set([...metricsOf(STATE).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  assert.equal(written.size, 11);
  for (const { alert, expr } of rules) {
    const asked = expr.match(/\bxetra_parqed_\w+/g) ?? assert.fail(`${alert} asks for no metric`);
    assert.deepEqual(asked.filter((name) => !written.has(name)), [], alert);
  }
});

Deno.test("every alert has a name of its own, a severity, and says what is wrong", () => {
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
