import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { reportOf, withRun } from "../testing/finished-run.ts";
import { main } from "./main.ts";

/** Builds and serves the pages of a run, asks for the home page by each name, and ends the server. */
async function served(out: string, words: readonly string[], hosts: readonly string[]) {
  const printed: string[] = [];
  const keep = (text: unknown) => printed.push(String(text)) > 0;
  const spies = [vi.spyOn(process.stdout, "write").mockImplementation(keep), vi.spyOn(process.stderr, "write").mockImplementation(keep)];
  const ended = main(["gallery", "--run", out, "--serve", "--port", "0", ...words]);
  const text = () => printed.join("");
  await vi.waitFor(() => expect(text()).toContain("Serving the pages"), { timeout: 300_000 });
  const [, port = ""] = /127\.0\.0\.1:(\d+)/.exec(text()) ?? [];
  const statuses = await Promise.all(hosts.map((host) => statusOf(port, host)));
  process.emit("SIGINT");
  const status = await ended;
  for (const spy of spies) spy.mockRestore();
  return { status, text: text(), statuses };
}

function statusOf(port: string, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    http.get({ hostname: "127.0.0.1", port, headers: { host } }, (response) => resolve(response.resume().statusCode));
  });
}

it("is served to this machine and the names that were given, and says when it is private", async () => {
  await withRun(async ({ out }) => {
    fs.writeFileSync(path.join(out, "run.json"), JSON.stringify(reportOf([])));
    const hosts = ["localhost", "atlas.example", "proxy.example:443", "evil.example"];
    const names = ["--host", "atlas.example", "--host", "proxy.example"];
    expect(await served(out, names, hosts)).toEqual({
      status: 0,
      text: expect.not.stringContaining("your own history"),
      statuses: [200, 200, 200, 421],
    });
    fs.mkdirSync(path.join(out, "collected"));
    fs.writeFileSync(path.join(out, "collected", "rounds.jsonl"), "");
    expect(await served(out, [], hosts)).toEqual({
      status: 0,
      text: expect.stringContaining("your own history"),
      statuses: [200, 421, 421, 421],
    });
  });
});
