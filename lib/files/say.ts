/** Progress, reports and problems go to standard error; data go to standard output. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);
