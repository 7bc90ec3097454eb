import { availableParallelism } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentOf, loadConfig } from '../../src/config.js';
import { LIMIT_SETTINGS } from '../../src/config-limits.js';
import { ERRORS } from '../../src/errors/registry.js';

const TOKEN = 'a'.repeat(32);

describe('loadConfig', () => {
  test('has a default for every setting', () => {
    expect(loadConfig({}, '/home/someone')).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      loopback: true,
      data: '/home/someone/data',
      importRoots: ['/home/someone/import'],
      databaseUrl: undefined,
      token: undefined,
      publicUrl: undefined,
      hub: { endpoint: 'https://huggingface.co', token: undefined, offline: false },
      worker: true,
      engine: 'onnxruntime',
      device: 'cpu',
      threads: availableParallelism(),
      logLevel: 'info',
      limits: {
        bodyBytes: 32 * 1024 * 1024,
        imageBytes: 20 * 1024 * 1024,
        imagePixels: 50_000_000,
        socketFrameBytes: 65_536,
        queryDepth: 12,
        queryAliases: 30,
        predictInputs: 64,
      },
    });
  });

  test('reads every setting', () => {
    const config = loadConfig(
      {
        PORT: '0',
        HOST: '0.0.0.0',
        CLIPWRIGHT_DATA: 'here',
        DATABASE_URL: 'postgresql://u:p@db:5432/clipwright',
        CLIPWRIGHT_IMPORT_ROOTS: ['/photos', 'more'].join(delimiter),
        CLIPWRIGHT_CATALOGUE: 'mine.json',
        HF_ENDPOINT: 'https://mirror.example/hub/',
        HF_TOKEN: 'hf_secret',
        CLIPWRIGHT_OFFLINE: '1',
        CLIPWRIGHT_TOKEN: TOKEN,
        CLIPWRIGHT_PUBLIC_URL: 'https://clipwright.example/',
        CLIPWRIGHT_WORKER: 'off',
        CLIPWRIGHT_ENGINE: 'tensorflow',
        CLIPWRIGHT_DEVICE: 'auto',
        CLIPWRIGHT_THREADS: '1',
        CLIPWRIGHT_LOG: 'debug',
        CLIPWRIGHT_MAX_BODY_BYTES: '1MiB',
        UNRELATED: 'x',
      },
      '/srv',
    );
    expect(config).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      loopback: false,
      data: '/srv/here',
      databaseUrl: 'postgresql://u:p@db:5432/clipwright',
      importRoots: ['/photos', resolve('/srv/more')],
      catalogue: resolve('/srv/mine.json'),
      hub: { endpoint: 'https://mirror.example/hub', token: 'hf_secret', offline: true },
      token: TOKEN,
      publicUrl: 'https://clipwright.example',
      worker: false,
      engine: 'tensorflow',
      threads: 1,
      logLevel: 'debug',
      limits: { bodyBytes: 1024 * 1024 },
    });
  });

  test.each([
    {},
    {
      PORT: '0',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgresql://u:p@db:5432/clipwright',
      CLIPWRIGHT_DATA: 'here',
      CLIPWRIGHT_IMPORT_ROOTS: ['/photos', 'more'].join(delimiter),
      CLIPWRIGHT_TOKEN: TOKEN,
      CLIPWRIGHT_PUBLIC_URL: 'https://clipwright.example',
      CLIPWRIGHT_WORKER: 'off',
      CLIPWRIGHT_ENGINE: 'tensorflow',
      CLIPWRIGHT_THREADS: '1',
      CLIPWRIGHT_LOG: 'debug',
      ...Object.fromEntries(
        Object.values(LIMIT_SETTINGS).map(({ name, standard }) => [name, String(standard + 1)]),
      ),
    },
  ])('is the same again from its own environment, elsewhere', (env) => {
    const config = loadConfig(env, '/srv');
    expect(loadConfig(environmentOf(config), '/')).toEqual(config);
  });

  test('cannot be changed afterwards', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.limits)).toBe(true);
    expect(Object.isFrozen(config.importRoots)).toBe(true);
  });

  test.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '4000.5'],
    ['PORT', ''],
    ['HOST', 'http://localhost'],
    ['HOST', 'a b'],
    ['DATABASE_URL', 'mysql://u:p@h/d'],
    ['DATABASE_URL', 'clipwright'],
    ['CLIPWRIGHT_DATA', ''],
    ['CLIPWRIGHT_IMPORT_ROOTS', delimiter],
    ['CLIPWRIGHT_TOKEN', 'a'.repeat(31)],
    ['CLIPWRIGHT_TOKEN', `${'a'.repeat(32)} b`],
    ['CLIPWRIGHT_PUBLIC_URL', 'clipwright.example'],
    ['CLIPWRIGHT_PUBLIC_URL', 'ftp://clipwright.example'],
    ['CLIPWRIGHT_PUBLIC_URL', 'https://clipwright.example/path'],
    ['CLIPWRIGHT_WORKER', 'yes'],
    ['CLIPWRIGHT_ENGINE', 'torch'],
    ['CLIPWRIGHT_DEVICE', 'tpu'],
    ['CLIPWRIGHT_THREADS', '0'],
    ['CLIPWRIGHT_THREADS', String(4 * availableParallelism() + 1)],
    ['CLIPWRIGHT_LOG', 'loud'],
    ...Object.values(LIMIT_SETTINGS).map(({ name }) => [name, 'many']),
  ])('refuses %s=%j in a sentence that names it', (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(
      new RegExp(`^expected .+ for \`${name}\` but received .+$`),
    );
  });

  test('refuses a setting that it does not know', () => {
    expect(() => loadConfig({ CLIPWRIGHT_TOKENS: TOKEN })).toThrow('`CLIPWRIGHT_TOKENS`');
  });

  test('never shows a secret', () => {
    for (const [name, value] of [
      ['CLIPWRIGHT_TOKEN', 'secret!'],
      ['DATABASE_URL', 'mysql://u:secret@h/d'],
      ['CLIPWRIGHT_UNKNOWN', 'secret'],
    ]) {
      const message = (() => {
        try {
          return String(loadConfig({ [name!]: value }));
        } catch (error) {
          return String(error);
        }
      })();
      expect(message).toContain(name);
      expect(message).not.toContain('secret');
    }
  });

  test.each(['0.0.0.0', '::', '192.168.1.7', 'server.example'])(
    'wants CLIPWRIGHT_PUBLIC_URL when it listens on %s',
    (HOST) => {
      expect(() => loadConfig({ HOST })).toThrow('`CLIPWRIGHT_PUBLIC_URL`');
      expect(loadConfig({ HOST, CLIPWRIGHT_PUBLIC_URL: 'http://a.example:8080' })).toMatchObject({
        loopback: false,
        publicUrl: 'http://a.example:8080',
      });
    },
  );

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('is private on %s', (HOST) => {
    expect(loadConfig({ HOST }).loopback).toBe(true);
  });

  test('fails with a registered code', () => {
    try {
      loadConfig({ PORT: 'x' });
      expect.unreachable();
    } catch (error) {
      expect(Object.keys(ERRORS)).toContain((error as { code: string }).code);
    }
  });
});
