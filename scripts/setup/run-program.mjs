import { spawnSync } from 'node:child_process';

/** Runs a program in `cwd` with what it prints shown. @returns whether it succeeded; what went wrong has been printed */
export function runProgram(cwd, [command, ...parameters]) {
  const { status, error } = spawnSync(command, parameters, { cwd, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status === 0;
}
