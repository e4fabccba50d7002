/** What a package says about the service, in the same words as `install-service`. */
import { DEFAULT_WORKING_DIRECTORY, LOG_DIRECTORY, unitText } from "../../src/cli/service/service_unit.ts";
import { DEFAULT_USER } from "../../src/cli/service/service_user.ts";
import { ROOT } from "../release/product.ts";
import type { PackageFile } from "./files.ts";
import { SETTINGS } from "./places.ts";

/** The unit, its settings, its user, its folders, and the rotation of its log, which is logrotate's here. */
export function serviceFiles(): PackageFile[] {
  const unit = unitText({
    venues: ["$VENUES"],
    user: DEFAULT_USER,
    workingDirectory: DEFAULT_WORKING_DIRECTORY,
    binary: "/usr/bin/xetra-parqed",
    options: ["--log-rotate-size off", "$OPTIONS"],
    settings: SETTINGS,
  });
  const folders = [DEFAULT_WORKING_DIRECTORY, LOG_DIRECTORY];
  return [
    { path: "usr/lib/systemd/system/xetra-parqed.service", content: unit },
    { path: SETTINGS.slice(1), content: ROOT.join("dist/package/xetra-parqed.conf"), isSetting: true },
    {
      path: "usr/lib/sysusers.d/xetra-parqed.conf",
      content: `u ${DEFAULT_USER} - "xetra-parqed" ${DEFAULT_WORKING_DIRECTORY}\n`,
    },
    {
      path: "usr/lib/tmpfiles.d/xetra-parqed.conf",
      content: folders.map((path) => `d ${path} 0750 ${DEFAULT_USER} ${DEFAULT_USER}\n`).join(""),
    },
    { path: "etc/logrotate.d/xetra-parqed", content: withoutAdvice(), isSetting: true },
  ];
}

/** The file for logrotate, without the notes for users who copy it by hand. */
function withoutAdvice(): string {
  return ROOT.join("dist/logrotate/xetra-parqed").readTextSync().replace(/^(#.*\n)+/, "");
}
