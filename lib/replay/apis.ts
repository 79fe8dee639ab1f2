/** What a model server is asked for. In a module without packages: every start of the program reads it for the help. */
export const APIS = ["chat", "completions"] as const;
export type Api = (typeof APIS)[number];
