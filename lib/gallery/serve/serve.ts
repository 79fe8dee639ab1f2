/** A small web server for a built gallery, on this machine only. */
import fs from "node:fs";
import http from "node:http";
import type { Socket } from "node:net";
import send from "send";
import { UserError } from "../../files/errors.ts";
import { styleFile } from "../links.ts";

/** Shown as text rather than saved: `.md` and `.tex`. */
const TEXT = /\.(md|tex)$/;

/** Names of this machine. Another name in a request means that a page elsewhere has made its own name lead here, to read what is private. */
const OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** Pages of other sites can neither show the gallery, nor read it, nor hold on to its window. */
const HEADERS = {
  "content-security-policy": "frame-ancestors 'self'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
} as const;

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
  /** Names that it answers to besides those of this machine. */
  readonly hosts?: readonly string[];
}

/** @throws UserError when the port is taken */
export async function serveGallery(folder: string, { port, basePath = "/", hosts = [] }: ServeOptions): Promise<Served> {
  const root = fs.realpathSync(folder);
  const names = new Set([...OWN_NAMES, ...hosts].map((name) => name.toLowerCase()));
  const server = http.createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (names.has(nameIn(request.headers.host))) answer(root, basePath, request, response);
    else refuseName(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE" ? new UserError(`Port ${port} is in use; give another one with --port.`, 2, { cause: error }) : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const boundPort = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${boundPort}${basePath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(root: string, basePath: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const [address = "/"] = (request.url ?? "/").split("?", 1);
  const refuse = (status: number) => sendProblem(status, basePath, response);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    refuse(405);
  } else if (!address.startsWith(basePath)) refuse(404);
  else
    send(request, address.slice(basePath.length - 1), { root, cacheControl: false, dotfiles: "ignore" })
      .on("stream", (file: fs.ReadStream) => closeWith(request.socket, file))
      .on("headers", (_, file: string) => {
        response.setHeader("cache-control", "no-cache");
        if (TEXT.test(file)) response.setHeader("content-type", "text/plain; charset=utf-8");
      })
      .on("directory", () => response.writeHead(301, { location: `${address.replace(/^\/+/, "/")}/` }).end())
      .on("error", ({ status }: { readonly status: number }) => refuse(status))
      .pipe(response);
}

/** `send` never closes the file of a request that waits behind another one when the connection breaks. */
function closeWith(socket: Socket, file: fs.ReadStream): void {
  const close = () => file.destroy();
  socket.setMaxListeners(0).once("close", close);
  file.once("close", () => socket.off("close", close));
  if (socket.destroyed) close();
}

/** Of the header `Host`, without the port. */
function nameIn(host = ""): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}

function refuseName(response: http.ServerResponse): void {
  const sentence = "This server does not answer to that name; use the address that it printed, or start it with --host and the name.\n";
  response.writeHead(421, { "content-type": "text/plain; charset=utf-8" }).end(sentence);
}

function sendProblem(status: number, home: string, response: http.ServerResponse): void {
  const reason = http.STATUS_CODES[status] ?? "Error";
  const text = `<header class="page-head">\n<h1>${reason}</h1>\n<p class="lede"><a href="${home}">The home page</a> leads to every page of the gallery.</p>\n</header>`;
  const style = `<link rel="stylesheet" href="${home}${styleFile("gallery")}">`;
  const html = `<!doctype html>\n<html lang="en">\n<meta name="viewport" content="width=device-width">\n<title>${reason}</title>\n${style}\n<main>\n${text}\n</main>\n`;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(html);
}
