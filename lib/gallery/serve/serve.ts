/** A small web server for a built gallery, on this machine only. */
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { UserError } from "../../files/errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".tex": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".wasm": "application/wasm",
};

export interface Served {
  /** With a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Address below which the gallery is served, e.g. `/atlas/`. */
  readonly basePath?: string;
}

/** @throws UserError when the port is taken */
export async function serveGallery(folder: string, { port, basePath = "/" }: ServeOptions): Promise<Served> {
  const root = fs.realpathSync(folder);
  const server = http.createServer((request, response) => answer(root, basePath, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE" ? new UserError(`Port ${port} is taken; give another one with --port.`, 2, { cause: error }) : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(root: string, basePath: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const file = isRead ? fileFor(root, basePath, request.url ?? "/") : null;
  if (!file) {
    const status = isRead ? 404 : 405;
    response.writeHead(status, { "content-type": "text/plain" }).end(http.STATUS_CODES[status]);
    return;
  }
  const { size } = fs.statSync(file);
  response.writeHead(200, {
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "content-length": size,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  if (request.method === "HEAD") response.end();
  else
    fs.createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

/** The file of an address, a folder's `index.html` included; null for what is not in the gallery. */
function fileFor(root: string, basePath: string, url: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return null;
  }
  if (!name.startsWith(basePath) || name.includes("\0")) return null;
  const asked = path.join(root, name.slice(basePath.length));
  const candidates = name.endsWith("/") ? [path.join(asked, "index.html")] : [asked, path.join(asked, "index.html")];
  const found = candidates.find((file) => fs.existsSync(file) && fs.statSync(file).isFile());
  if (!found) return null;
  const real = fs.realpathSync(found);
  return real.startsWith(root + path.sep) ? real : null;
}
