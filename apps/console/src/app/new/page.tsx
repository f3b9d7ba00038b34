/** A new experiment or sweep. `?from=` says what it starts from. */
import { UserError } from '@queryloop/contracts';
import type { Metadata } from 'next';
import { NewPage } from '#features/new/new-page.tsx';
import { configSchema, listTemplates, readTemplate } from '#features/new/read.ts';
import { ButtonLink } from '#ui/button.tsx';
import { ErrorState } from '#ui/states.tsx';

export const metadata: Metadata = { title: 'New' };

const usual = 'template:quickstart';

export default async function New({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) {
  const { from } = await searchParams;
  const source = (Array.isArray(from) ? from[0] : from) || usual;
  const template = await readTemplate(source).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (template instanceof UserError) {
    const action = <ButtonLink href="/new">Start from the quickstart</ButtonLink>;
    return <ErrorState title="Nothing to start from" error={template} action={action} />;
  }
  const templates = listTemplates().map(({ source: each, kind }) => ({ source: each, kind }));
  return <NewPage key={source} template={template} templates={templates} schema={configSchema(template.kind)} />;
}
