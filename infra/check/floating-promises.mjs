/**
 * Finds promises that nobody awaits, by their type: a forgotten `await` before an activity breaks a workflow's replay. Biome's rule of the
 * same name does not see through the mapped types of activity proxies. Handled are `await`, `void`, `return`, and `.catch(…)`.
 */
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Places (`file:line: text`) of floating promises in the program's files that `wanted` accepts. @param {ts.Program} program @param {(file: string) => boolean} wanted */
export function floatingPromises(program, wanted) {
  const checker = program.getTypeChecker();
  const found = [];
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || !wanted(source.fileName)) continue;
    const visit = (node) => {
      if (ts.isExpressionStatement(node) && !isHandled(node.expression) && isPromise(checker, node.expression)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        found.push(`${relative(root, source.fileName)}:${line + 1}: ${node.getText().split('\n', 1)[0]}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function isHandled(expression) {
  if (ts.isAwaitExpression(expression) || ts.isVoidExpression(expression)) return true;
  if (ts.isBinaryExpression(expression)) return expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return false;
  const { name } = expression.expression;
  return name.text === 'catch' || (name.text === 'then' && expression.arguments.length === 2);
}

function isPromise(checker, expression) {
  const type = checker.getTypeAtLocation(expression);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => part.getProperty('then') !== undefined && part.getProperty('catch') !== undefined);
}

/** The program that tsconfig.json describes. */
export function projectProgram() {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.json`,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (problem) => {
        throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
      },
    },
  );
  return ts.createProgram(config.fileNames, config.options);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const ours = ['workflows', 'activities', 'apps', 'packages', 'infra'].map((folder) => `${root}${folder}/`);
  const places = floatingPromises(
    projectProgram(),
    (file) =>
      ours.some((folder) => file.startsWith(folder)) &&
      !file.includes('/generated/') &&
      !file.includes('/node_modules/'),
  );
  for (const place of places) console.error(`floating promise: ${place}`);
  process.exitCode = places.length > 0 ? 1 : 0;
}
