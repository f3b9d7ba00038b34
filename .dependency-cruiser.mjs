/** Who may import whom. Each rule says why; ARCHITECTURE.md draws them. All are errors. */

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const testFiles = '(\\.test\\.ts$|\\.fixture\\.ts$|contract-suite\\.ts$|/harness\\.ts$|^test/)';
const tensorflow = '(^|node_modules/)@tensorflow/';
const workspaces = '^(apps/[^/]+|packages/[^/]+|workflows|activities)/';

export default {
  forbidden: [
    rule('no-cycles', 'A cycle has no part that can be understood first.', {}, { circular: true }),
    rule('resolvable', 'Every import leads somewhere.', { pathNot: testFiles }, { couldNotResolve: true }),
    rule(
      'packages-through-exports',
      'A package is what its exports say; its other files may change.',
      { path: workspaces },
      // Imports by package name resolve to the exported file; a relative path into another workspace does not come through exports.
      { path: workspaces, pathNot: '^$1/', dependencyTypes: ['local'] },
    ),
    rule(
      'workflows-stay-deterministic',
      'Workflows are replayed: they may use Temporal, contracts, and types of activities only.',
      { path: '^workflows/src/', pathNot: testFiles },
      {
        pathNot: ['^workflows/src/', '^packages/contracts/', 'node_modules/@temporalio/workflow/'],
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'workflows-take-only-types-of-activities',
      'Even by type, workflows know nothing but activities, contracts and Temporal.',
      { path: '^workflows/src/', pathNot: testFiles },
      {
        pathNot: [
          '^workflows/src/',
          '^activities/',
          '^packages/contracts/',
          'node_modules/@temporalio/(workflow|common)/',
        ],
      },
    ),
    rule(
      'only-the-worker-wires-activities',
      'One place decides which activity runs where; everybody else names them by contract.',
      { pathNot: ['^apps/worker/', '^activities/', testFiles] },
      { path: '^activities/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'policy-does-not-know-grpo',
      'activities/update-policy.ts joins them.',
      { path: '^packages/policy/' },
      { path: '^packages/grpo/' },
    ),
    rule(
      'grpo-does-not-know-policy',
      'activities/update-policy.ts joins them.',
      { path: '^packages/grpo/' },
      { path: '^packages/policy/' },
    ),
    rule(
      'tensorflow-in-policy-and-grpo',
      'One engine samples and trains; nobody else needs to know which.',
      { pathNot: ['^packages/(policy|grpo)/', '^activities/src/update-policy', testFiles] },
      { path: tensorflow, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'native-tensorflow-in-policy',
      'grpo computes with the tensors it is given; which backend holds them is the business of policy.',
      { pathNot: ['^packages/policy/', testFiles] },
      { path: 'node_modules/@tensorflow/tfjs-(node|backend)' },
    ),
    rule(
      'prisma-in-store',
      'Rows have one owner; infra/prisma generates its client and migrations.',
      { pathNot: ['^packages/store/', '^infra/prisma/'] },
      { path: ['node_modules/(@prisma|prisma)/', '^packages/store/src/generated/'] },
    ),
    rule(
      'artifacts-without-prisma',
      'The policy process opens artifacts only and must not load Prisma.',
      { path: '^packages/store/src/artifacts/' },
      { path: ['node_modules/@prisma/', '^packages/store/src/(generated|database|repositories)/'], reachable: true },
    ),
    rule(
      'mysql2-in-text-to-sql',
      'Queries of the policy run in one place.',
      { pathNot: ['^packages/text-to-sql/', '^packages/store/', testFiles] },
      { path: 'node_modules/mysql2/' },
    ),
    rule(
      'control-asks-others-to-compute',
      'What is done to runs is asked of Temporal and the store; a console that loads it needs no step and no worker.',
      { path: '^packages/control/', pathNot: testFiles },
      {
        path: [
          tensorflow,
          '^(activities|workflows)/',
          '^packages/(policy|grpo|text-to-sql)/',
          'node_modules/@temporalio/(activity|worker|workflow)/',
        ],
      },
    ),
    rule(
      'addresses-without-a-client',
      'A worker process reads where Temporal is and must not load its client or the store for it.',
      { path: '^packages/control/src/temporal-address\\.ts$' },
      { path: ['node_modules/@temporalio/', '^packages/store/'], reachable: true },
    ),
    rule(
      'console-and-cli-are-thin',
      'They start workflows and show what is stored: neither TensorFlow.js nor activities. Advantages are plain arithmetic on rewards.',
      { path: '^apps/(console|cli)/' },
      {
        path: [tensorflow, '^activities/', '^packages/(policy|grpo)/'],
        pathNot: '^packages/grpo/src/batch-advantages\\.ts$',
      },
    ),
    rule(
      'contracts-are-the-base',
      'Everything may use contracts; contracts use nothing of the project.',
      { path: '^packages/contracts/', pathNot: testFiles },
      { path: [workspaces], pathNot: '^packages/contracts/' },
    ),
    rule(
      'packages-below-apps',
      'Packages and activities do not know the programs that use them.',
      { path: '^(packages|activities|workflows)/', pathNot: testFiles },
      { path: '^apps/' },
    ),
    rule(
      'tests-import-code-not-the-reverse',
      'Code that runs does not need tests.',
      { pathNot: testFiles },
      { path: testFiles },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'packages/store/src/generated'] },
    exclude: { path: '(\\.md$|^apps/console/(\\.next|next-env))' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
