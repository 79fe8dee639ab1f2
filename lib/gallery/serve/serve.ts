/** A small web server for a built gallery, on this machine only. */
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import send from "send";
import { UserError } from "../../files/errors.ts";

/** Shown as text rather than saved: `.md` and `.tex`. */
const TEXT = /\.(md|tex)$/;

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
        error.code === "EADDRINUSE" ? new UserError(`Port ${port} is in use; give another one with --port.`, 2, { cause: error }) : error,
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
  const address = (request.url ?? "/").split("?", 1)[0] as string;
  const refuse = (status: number) => sendProblem(status, basePath, response);
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("x-content-type-options", "nosniff");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    refuse(405);
  } else if (!address.startsWith(basePath)) refuse(404);
  else
    send(request, address.slice(basePath.length - 1), { root, cacheControl: false })
      .on("headers", (_, file: string) => {
        response.setHeader("cache-control", "no-cache");
        if (TEXT.test(file)) response.setHeader("content-type", "text/plain; charset=utf-8");
      })
      .on("directory", () => response.writeHead(301, { location: `${address.replace(/^\/+/, "/")}/` }).end())
      .on("error", ({ status }: { readonly status: number }) => refuse(status))
      .pipe(response);
}

function sendProblem(status: number, home: string, response: http.ServerResponse): void {
  const reason = http.STATUS_CODES[status] ?? "Error";
  const html = `<!doctype html>\n<title>${reason}</title>\n<p>${reason}. <a href="${home}">The home page</a> leads to every page of the gallery.</p>\n`;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(html);
}
