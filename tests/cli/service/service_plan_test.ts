import assert from "node:assert/strict";
import { type Machine, nextAfterRemoval, planInstall } from "../../../src/cli/service/service_plan.ts";
import type { SystemdService } from "../../../src/cli/service/service_unit.ts";

const SERVICE: SystemdService = {
  venues: ["DETR", "DFRA"],
  user: "xetra",
  workingDirectory: "/var/lib/xetra",
  binary: "/usr/local/bin/xetra-parqed",
  options: [],
};
const EMPTY: Machine = { root: "", owner: null, unit: null, rival: null, directories: new Map() };
const OWNER = { name: "xetra", uid: 990, gid: 991 };

function nextOf(service: Partial<SystemdService>, machine: Partial<Machine> = {}): readonly string[] {
  return planInstall({ ...SERVICE, ...service }, ["DETR", "DFRA"], { ...EMPTY, ...machine }).next;
}

Deno.test("on the machine itself the user is added next, then systemd reads the unit, enables it and starts it", () => {
  assert.deepEqual(nextOf({}), [
    "useradd --system --user-group --home-dir /var/lib/xetra --shell /usr/sbin/nologin xetra",
    "systemctl daemon-reload",
    "systemctl enable --now xetra-parqed",
  ]);
});

Deno.test("a template is enabled for each venue; a user that exists, or that systemd creates, is not added", () => {
  const expected = ["systemctl daemon-reload", "systemctl enable --now xetra-parqed@DETR xetra-parqed@DFRA"];
  assert.deepEqual(nextOf({ venues: null }, { owner: OWNER }), expected);
  assert.deepEqual(nextOf({ venues: null, user: null }), expected);
});

Deno.test("directories that systemd gives to the user are left to it; the administrator is told to give any other one to the user", () => {
  const found = (uid: number) => ({
    owner: OWNER,
    directories: new Map([["/var/lib/xetra", uid], ["/srv/trades", uid]]),
  });
  const chown = ["chown -R xetra: /srv/trades"];
  const isChown = (line: string) => line.startsWith("chown");
  assert.deepEqual(nextOf({}, found(0)).filter(isChown), []);
  assert.deepEqual(nextOf({ workingDirectory: "/srv/trades" }, found(0)).filter(isChown), chown);
  assert.deepEqual(nextOf({ workingDirectory: "/srv/trades" }, found(990)).filter(isChown), []);
  assert.deepEqual(nextOf({ workingDirectory: "/srv/trades" }, { owner: OWNER }).filter(isChown), []); // it is made
  assert.deepEqual(nextOf({ workingDirectory: "/srv/trades" }).filter(isChown), chown); // for nobody yet
});

Deno.test("a unit that existed before may still run in its old form: it is restarted, which also starts one that is not running", () => {
  const machine = { owner: OWNER, unit: "[SystemdService]\n" };
  assert.deepEqual(nextOf({}, machine), [
    "systemctl daemon-reload",
    "systemctl enable xetra-parqed",
    "systemctl restart xetra-parqed",
  ]);
  assert.deepEqual(nextOf({ venues: null }, machine).slice(1), [
    "systemctl enable xetra-parqed@DETR xetra-parqed@DFRA",
    "systemctl restart xetra-parqed@DETR xetra-parqed@DFRA",
  ]);
});

Deno.test("services of the other kind of installation are disabled and stopped before ours start", () => {
  const folder = "/etc/systemd/system";
  const template = { path: `${folder}/xetra-parqed@.service`, enabled: ["xetra-parqed@DETR.service"] };
  const single = { path: `${folder}/xetra-parqed.service`, enabled: [] };
  assert.deepEqual(nextOf({}, { owner: OWNER, rival: template }), [
    "systemctl disable xetra-parqed@DETR.service",
    "systemctl stop 'xetra-parqed@*.service'",
    "systemctl daemon-reload",
    "systemctl enable --now xetra-parqed",
  ]);
  const others = nextOf({ venues: null }, { owner: OWNER, rival: single });
  assert.equal(others[0], "systemctl stop 'xetra-parqed.service'");
  const ofImage = { owner: OWNER, rival: template, root: "/image" };
  assert.deepEqual(nextOf({}, ofImage), [
    "systemctl --root=/image disable xetra-parqed@DETR.service",
    "systemctl --root=/image enable xetra-parqed",
  ]);
});

Deno.test("after a removal systemd stops what still runs, and forgets it", () => {
  const folder = "/etc/systemd/system";
  const links = [`${folder}/multi-user.target.wants/xetra-parqed@DETR.service`];
  const units = [`${folder}/xetra-parqed.service`, `${folder}/xetra-parqed@.service`];
  assert.deepEqual(nextAfterRemoval([...units, ...links]), [
    "systemctl stop 'xetra-parqed.service' 'xetra-parqed@*.service'",
    "systemctl daemon-reload",
  ]);
});
