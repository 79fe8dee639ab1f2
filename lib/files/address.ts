/** Addresses of model servers. */
import { UserError } from "./errors.ts";

/**
 * The address without a slash at its end.
 * @param base such as `http://127.0.0.1:11434/v1`
 * @throws UserError unless it is an address of the web
 */
export function serverAddress(base: string, flag: string, keyFlag: string): string {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new UserError(`${flag} takes an address such as http://127.0.0.1:11434/v1, not ${JSON.stringify(base)}.`);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new UserError(`${flag} takes an address without user, password, ? and #. Give a key with ${keyFlag}.`);
  return url.href.replace(/\/+$/, "");
}

/**
 * The key of a server.
 * @param variable the environment variable that holds it; none for a server without a key
 * @throws UserError when it holds nothing
 */
export function serverKey(variable: string | undefined, keyFlag: string): string | null {
  if (variable === undefined) return null;
  const key = process.env[variable];
  if (!key) throw new UserError(`${keyFlag} ${variable}: this environment variable is not set or is empty. Set it to the key.`);
  return key;
}
