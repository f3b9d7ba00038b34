/** The check sees what a workflow author forgets: also a call through a mapped type, as activity proxies have. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { floatingPromises } from './floating-promises.mjs';

const source = `
type Steps = { record(value: number): Promise<void> };
declare const proxy: { [Name in keyof Steps]: Steps[Name] };
declare const maybe: Promise<void> | undefined;
export async function run(): Promise<void> {
  proxy.record(1);
  maybe;
  proxy.record(2).then(() => undefined);
  await proxy.record(3);
  void proxy.record(4);
  proxy.record(5).catch(() => undefined);
  console.log(6);
}`;

test('names each floating promise with its line, and nothing else', () => {
  const host = ts.createCompilerHost({});
  const { getSourceFile } = host;
  host.getSourceFile = (name, version) =>
    name === '/sample.ts' ? ts.createSourceFile(name, source, version, true) : getSourceFile(name, version);
  const program = ts.createProgram(
    ['/sample.ts'],
    { strict: true, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'] },
    host,
  );
  const places = floatingPromises(program, (file) => file === '/sample.ts');
  expect(places.map((place) => place.replace(/^.*?:(\d+)/, '$1'))).toEqual([
    '6: proxy.record(1);',
    '7: maybe;',
    '8: proxy.record(2).then(() => undefined);',
  ]);
});
