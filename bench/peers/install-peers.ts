import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const TRANSFORMERS = '4.3.1';

/** @returns the folder beside the temporary files in which npm has put transformers.js; it stays there for the next bench */
export async function installTransformers(): Promise<string> {
  const folder = path.join(tmpdir(), 'clipwright-peers');
  if (existsSync(path.join(folder, 'node_modules/@huggingface/transformers'))) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{"private":true}');
  execFileSync(
    'npm',
    ['install', '--ignore-scripts', `@huggingface/transformers@${TRANSFORMERS}`],
    {
      cwd: folder,
      stdio: 'inherit',
    },
  );
  return folder;
}

/** @returns the folder in which pip has put Pillow for this Python */
export function installPillow(python: string): string {
  const folder = path.join(tmpdir(), 'clipwright-peers/python');
  if (!existsSync(path.join(folder, 'PIL'))) {
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--target', folder, 'pillow'], {
      stdio: 'inherit',
    });
  }
  return folder;
}
