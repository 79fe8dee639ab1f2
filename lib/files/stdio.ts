/** What standard input and output are called on the command line. */
export const STDIN = "-";
export const STDOUT = "-";
