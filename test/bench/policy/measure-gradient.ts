/** The measuring process of measure-gradient-graphs.ts. */
import { GrpoConfig, RolloutConfig } from '@queryloop/contracts';
import { AdamW, keyedUniform, type LossFn } from '@queryloop/policy';
import { openGroupLoss } from '../../../activities/src/group-loss.ts';
import { packed } from '../../../activities/src/micro-batches.ts';
import type { TrainingGroup } from '../../../activities/src/training-batch.ts';
import {
  loadedGradientGraphs,
  lossAndGradient,
  runsBeforeLoading,
} from '../../../packages/policy/src/gradient-graphs.ts';
import { answer, median, sum, type Timed, threads, timed } from '../measure.ts';
import { randomPolicy } from './random-policy.ts';
import { shapes, type Workload } from './workload.ts';

/** Completions are of one token to all that the workload says, prompts of half of it to all. */
export interface MeasuredGradients extends Workload {
  pairs: number;
}

export type Seconds = Pick<Timed<unknown>, 'seconds' | 'cpuSeconds'>;

export interface GraphFigures {
  /** Of the batches, the median. */
  tokens: number;
  /** Entries of gradients that are not the same. */
  differences: number;
  /** Medians. */
  eager: Seconds;
  graph: Seconds;
  /** Graph over eager, of pairs. */
  ratio: Seconds;
  /** The first gradient by a graph, with all that loading it takes. */
  loading: Seconds;
  /** The rest of an update: laying out and the optimizer's step. */
  rest: Seconds;
  peakBytes: number;
}

async function measure({ pairs, prompts, group, promptTokens, completionTokens, ...work }: MeasuredGradients) {
  const shape = shapes[work.shape];
  const policy = await randomPolicy(shape);
  const rollout = RolloutConfig.parse({ maxTokens: completionTokens });
  const grpo = GrpoConfig.parse({ beta: 0, optimizer: { learningRate: 1e-6 } });
  const optimizer = new AdamW(policy, grpo.optimizer);
  const ids = (length: number, ...key: number[]) =>
    Array.from({ length }, (_, i) => 2 + Math.floor(keyedUniform([...key, i]) * (shape.vocabulary - 2)));
  const drawn = (least: number, most: number, ...key: number[]) =>
    least + Math.floor(keyedUniform([9, ...key]) * (most - least + 1));
  const groupsOf = (batch: number): TrainingGroup[] =>
    Array.from({ length: prompts }, (_, g) => ({
      promptIds: ids(drawn(promptTokens / 2, promptTokens, batch, g), batch, g),
      rows: Array.from({ length: group }, (_, c) => {
        const completion = ids(drawn(1, completionTokens, batch, g, c), batch, g, c);
        const logProbs = completion.map(() => -Math.log(shape.vocabulary));
        return {
          completion: { ids: completion, logProbs, finished: true, text: '' },
          multiplicity: 1,
          advantage: c % 2 ? 1 : -1,
          counted: true,
        };
      }),
    }));
  const tokens: number[] = [];
  const eager: Seconds[] = [];
  const graph: Seconds[] = [];
  const rest: Seconds[] = [];
  const loading: Seconds[] = [];
  let differences = 0;
  for (let batch = 0; batch < pairs; batch++) {
    const groups = groupsOf(batch);
    const rows = groups.flatMap((each) => each.rows);
    tokens.push(policy.countTokens(packed(groups)));
    const counts = { numItems: sum(rows.map(({ completion }) => completion.ids.length)), numCompletions: rows.length };
    const open = () =>
      openGroupLoss({ policy, optimizer, reference: null }, groups, counts, { grpo, rollout, threads });
    const laidOut = await timed(open);
    const [lossFn] = laidOut.value.parts(() => undefined) as [LossFn];
    const gradientBy = (graphs: boolean) =>
      timed(() => lossAndGradient(lossFn, policy.weightTensors(), { graphs }).gradient);
    const graphsBefore = loadedGradientGraphs();
    for (let run = 0; run <= runsBeforeLoading; run++) {
      const { value, ...seconds } = await gradientBy(true);
      value.dispose();
      if (run === runsBeforeLoading && loadedGradientGraphs() > graphsBefore) loading.push(seconds);
    }
    // The order changes, so that neither always follows the other.
    const one = await gradientBy(batch % 2 === 1);
    const other = await gradientBy(batch % 2 === 0);
    const [byGraph, byOperations] = batch % 2 ? [one, other] : [other, one];
    const [values, expected] = [byGraph, byOperations].map(({ value }) => value.dataSync() as Float32Array);
    differences += (values as Float32Array).reduce((count, v, i) => (v === expected?.[i] ? count : count + 1), 0);
    policy.tf.dispose([one.value, other.value]);
    const stepped = await timed(() => optimizer.applyGradient(expected as Float32Array, 1000));
    laidOut.value.dispose();
    eager.push(byOperations);
    graph.push(byGraph);
    rest.push({
      seconds: laidOut.seconds + stepped.seconds,
      cpuSeconds: laidOut.cpuSeconds + stepped.cpuSeconds,
    });
  }
  const ratios = graph.map(({ seconds, cpuSeconds }, i) => ({
    seconds: seconds / (eager[i] as Seconds).seconds,
    cpuSeconds: cpuSeconds / (eager[i] as Seconds).cpuSeconds,
  }));
  const figures: GraphFigures = {
    tokens: median(tokens),
    differences,
    eager: middle(eager),
    graph: middle(graph),
    ratio: middle(ratios),
    loading: middle(loading),
    rest: middle(rest),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  return figures;
}

function middle(all: readonly Seconds[]): Seconds {
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

await answer(measure);
