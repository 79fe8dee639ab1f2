import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Served, serveGallery } from "./serve.ts";

const FILES = {
  "index.html": "<h1>Home</h1>",
  "session/steps/index.html": "<h1>Steps</h1>",
  "session/steps/files/a b.csv": "a,b\n1,2\n",
  "session/steps/files/notes.md": "# Notes",
  "assets/x.wasm": "wasm",
  ".hidden": "hidden",
  ".git/index.html": "hidden",
  "session/.steps/x.txt": "hidden",
};

describe.each(["/", "/atlas/"])("a gallery served at %s", (basePath) => {
  let folder: string;
  let served: Served;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-serve-"));
    const gallery = path.join(folder, "gallery");
    fs.mkdirSync(gallery);
    fs.writeFileSync(path.join(folder, "secret.txt"), "secret");
    for (const [file, text] of Object.entries(FILES)) {
      fs.mkdirSync(path.dirname(path.join(gallery, file)), { recursive: true });
      fs.writeFileSync(path.join(gallery, file), text);
    }
    fs.writeFileSync(path.join(gallery, "big.bin"), Buffer.alloc(4e6));
    served = await serveGallery(gallery, { port: 0, basePath, hosts: ["atlas.example"] });
  });
  afterAll(async () => {
    await served.close();
    fs.rmSync(folder, { recursive: true });
  });

  const get = (address: string, init?: RequestInit) => fetch(served.url + address, { redirect: "manual", ...init });
  /** Of an address and headers as they are, which fetch would change. */
  const statusOf = (address: string, headers: http.OutgoingHttpHeaders = {}) =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(served.url);
      http.get({ hostname, port, path: basePath + address, headers }, (response) => resolve(response.resume().statusCode));
    });

  it.each([
    ["", "text/html; charset=utf-8", "<h1>Home</h1>"],
    ["index.html?x=1", "text/html; charset=utf-8", "<h1>Home</h1>"],
    ["session/steps/", "text/html; charset=utf-8", "<h1>Steps</h1>"],
    ["session/steps/files/a%20b.csv", "text/csv; charset=utf-8", "a,b\n1,2\n"],
    ["session/steps/files/notes.md", "text/plain; charset=utf-8", "# Notes"],
    ["assets/x.wasm", "application/wasm", "wasm"],
  ])("has %j", async (address, type, text) => {
    const response = await get(address);
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([200, type, text]);
    expect(response.headers.get("cache-control")).toBe("no-cache");
  });

  it.each(["index.html", "nothing"])("lets no other site show or read %s", async (address) => {
    const { headers } = await get(address);
    for (const [name, value] of Object.entries({
      "content-security-policy": "frame-ancestors 'self'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
    }))
      expect(headers.get(name)).toBe(value);
  });

  it.each([
    ["localhost", 200],
    ["LocalHost:8000", 200],
    ["127.0.0.1", 200],
    ["[::1]:8000", 200],
    ["atlas.example:80", 200],
    ["evil.example", 421],
    ["localhost.evil.example", 421],
    ["127.0.0.1.nip.example:8000", 421],
    ["evil.example:8000@localhost", 421],
  ])("answers %j with %d", async (host, status) => expect(await statusOf("index.html", { host })).toBe(status));

  it.each([".hidden", "%2ehidden", ".git/", ".git/index.html", "%2Egit/", "session/.steps/x.txt", "session/%2esteps/x.txt"])(
    "has no hidden file %j",
    async (address) => expect((await get(address)).status).toBe(404),
  );

  it.skipIf(!fs.existsSync("/proc/self/fd"))("closes the files of 1,000 downloads that break off", async () => {
    for (let i = 0; i < 40; i++) await Promise.all(Array.from({ length: 5 }, (_, j) => breakOff(served, `${basePath}big.bin`, j + 3)));
    await vi.waitFor(() => expect(openFiles("big.bin")).toBe(0), { timeout: 300_000 });
  });

  it("leads from a folder to its page", async () => {
    const response = await get("session/steps");
    expect([response.status, response.headers.get("location")]).toEqual([301, `${basePath}session/steps/`]);
  });

  it.each(["nothing", "session/", "%E0%A4%A", "..%2Fsecret.txt", "%2e%2e/secret.txt", "a%00b"])("has no %j", async (address) => {
    const response = await get(address);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).toContain(`<a href="${basePath}">The home page</a>`);
  });

  it("has nothing next to it", async () => {
    expect(await statusOf("../secret.txt")).toBe(403);
  });

  it("sends a part", async () => {
    const response = await get("index.html", { headers: { range: "bytes=4-7" } });
    expect([response.status, response.headers.get("content-range"), await response.text()]).toEqual([206, "bytes 4-7/13", "Home"]);
  });

  it("sends nothing again that is there", async () => {
    const etag = (await get("index.html")).headers.get("etag") as string;
    expect(await statusOf("index.html", { "if-none-match": etag })).toBe(304);
  });

  it.each(["POST", "PUT", "DELETE"])("refuses %s", async (method) => {
    const response = await get("index.html", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("answers HEAD without a body", async () => {
    const response = await get("index.html", { method: "HEAD" });
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "13", ""]);
  });
});

/** Asks for a file several times on one connection and ends it when the first part of an answer is there. */
function breakOff({ url }: Served, address: string, times: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(Number(new URL(url).port), "127.0.0.1", () =>
      socket.write(`GET ${address} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(times)),
    );
    socket.once("data", () => socket.destroy()).once("close", () => resolve());
  });
}

function openFiles(name: string): number {
  const targets = fs.readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.endsWith(`/${name}`)).length;
}

it("says that a port is taken", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-serve-"));
  const { url, close } = await serveGallery(folder, { port: 0 });
  const port = Number(new URL(url).port);
  await expect(serveGallery(folder, { port })).rejects.toThrow(`Port ${port} is in use; give another one with --port.`);
  await close();
  fs.rmSync(folder, { recursive: true });
});
