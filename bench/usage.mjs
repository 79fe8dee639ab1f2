/** Imported into a measured process: says on standard error what the process used, when it ends. */
import fs from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  fs.writeSync(2, `\n${JSON.stringify({ cpu_ms: (userCPUTime + systemCPUTime) / 1000, peak_rss_mib: maxRSS / 1024 })}\n`);
});
