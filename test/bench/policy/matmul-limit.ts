/** What a phase could reach at most: operations a second of plain matrix products, of the type that the device multiplies fastest. */
import { engineInfo, type TF } from '@queryloop/policy';
import {
  cast,
  halfTypes,
  type NativeBackend,
  type TensorMetadata,
} from '../../../packages/policy/src/native-backend.ts';
import { median, timed } from '../measure.ts';

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
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const { TF_ATTR_TYPE: type, TF_ATTR_BOOL, TF_FLOAT } = binding;
  const bfloat16 = halfTypes.BF16;
  const attributes = [
    { name: 'T', type, value: bfloat16 },
    { name: 'transpose_a', type: TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: TF_ATTR_BOOL, value: false },
  ];
  const product = (a: number, b: number) =>
    (binding.executeOp('MatMul', attributes, [a, b], 1)[0] as TensorMetadata).id;
  const values = tf.randomNormal([size, size]);
  const matrix = cast(binding, backend.getInputTensorIds([values])[0] as number, TF_FLOAT, bfloat16).id;
  // One value read back waits for all that was asked of the device before.
  const round = () =>
    timed(() => {
      const results = Array.from({ length: products }, () => product(matrix, matrix));
      const last = cast(binding, results.at(-1) as number, bfloat16, TF_FLOAT);
      tf.tidy(() => tf.slice(backend.createOutputTensor(last), [0, 0], [1, 1]).dataSync());
      for (const id of results) binding.deleteTensor(id);
    });
  await round();
  const { seconds } = await round();
  binding.deleteTensor(matrix);
  values.dispose();
  return (2 * size ** 3 * products) / seconds / 1e9;
}
