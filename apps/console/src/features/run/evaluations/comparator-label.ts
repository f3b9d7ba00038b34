/** Names of comparators for people; the stored name where there is none. */
const labels: Record<string, string> = {
  exact: 'Exact',
  ems: 'EMS',
  rems: 'REMS',
  bird_ex: 'BIRD EX',
  test_suite: 'Spider test suite',
  spider2: 'Spider 2',
  soft_f1: 'Soft F1',
};

export const comparatorLabel = (name: string): string => labels[name] ?? name;
