/** What a phase could reach at most: operations a second of plain matrix products, of the type that the device multiplies fastest. */
import { engineInfo, type TF } from '@queryloop/policy';
import { median, timed } from '../measure.ts';

interface Backend {
  binding: {
    TF_ATTR_TYPE: number;
    TF_ATTR_BOOL: number;
    TF_FLOAT: number;
    executeOp(name: string, attributes: object[], inputs: number[], outputs: number): { id: number }[];
    deleteTensor(id: number): void;
  };
  getInputTensorIds(tensors: object[]): number[];
  createOutputTensor(metadata: object): ReturnType<TF['tensor']>;
}

/** The device in words, as the table names it. */
export function deviceInWords(): string {
  const { gpu, threads } = engineInfo();
  return gpu ? `a GPU (CUDA ${gpu.cuda}, ${gpu.bfloat16 ? 'bfloat16' : 'float32'})` : `the CPU (${threads} threads)`;
}

/** 10⁹ operations per second of products of large square matrices. */
export async function matmulGflops(tf: TF): Promise<number> {
  const { gpu } = engineInfo();
  if (gpu?.bfloat16) return await bfloat16Gflops(tf, { size: 8192, products: 8 });
  return await floatGflops(tf, gpu ? 8192 : 1024);
}

async function floatGflops(tf: TF, size: number): Promise<number> {
  const products = 4;
  const [a, b] = [tf.randomNormal([size, size]), tf.randomNormal([size, size])];
  const once = () => timed(() => tf.tidy(() => tf.slice(tf.matMul(a, b), [0, 0], [1, 1]).dataSync()[0]));
  await once();
  const seconds: number[] = [];
  for (let i = 0; i < products; i++) seconds.push((await once()).seconds);
  tf.dispose([a, b]);
  return (2 * size ** 3) / median(seconds) / 1e9;
}

/** The same of bfloat16 matrices, cast before: `products` of them, one after another, between two readings of the clock. */
export async function bfloat16Gflops(tf: TF, { size, products }: { size: number; products: number }): Promise<number> {
  const backend = tf.backend() as unknown as Backend;
  const { binding } = backend;
  const { TF_ATTR_TYPE: type, TF_ATTR_BOOL, TF_FLOAT } = binding;
  const bfloat16 = 14;
  const run = (name: string, attributes: object[], inputs: number[]) =>
    (binding.executeOp(name, attributes, inputs, 1)[0] as { id: number }).id;
  const cast = (from: number, to: number) => [
    { name: 'SrcT', type, value: from },
    { name: 'DstT', type, value: to },
    { name: 'Truncate', type: TF_ATTR_BOOL, value: false },
  ];
  const product = [
    { name: 'T', type, value: bfloat16 },
    { name: 'transpose_a', type: TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: TF_ATTR_BOOL, value: false },
  ];
  const values = tf.randomNormal([size, size]);
  const matrix = run('Cast', cast(TF_FLOAT, bfloat16), backend.getInputTensorIds([values]));
  // One value read back waits for all that was asked of the device before.
  const round = () =>
    timed(() => {
      const results = Array.from({ length: products }, () => run('MatMul', product, [matrix, matrix]));
      const [last] = binding.executeOp('Cast', cast(bfloat16, TF_FLOAT), [results.at(-1) as number], 1);
      tf.tidy(() => tf.slice(backend.createOutputTensor(last as object), [0, 0], [1, 1]).dataSync());
      for (const id of results) binding.deleteTensor(id);
    });
  await round();
  const { seconds } = await round();
  binding.deleteTensor(matrix);
  values.dispose();
  return (2 * size ** 3 * products) / seconds / 1e9;
}
