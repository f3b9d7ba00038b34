'use client';
/** Writes an experiment or a sweep: form and YAML are two views of one text. Launches it when it has no mistakes. */
import { Play, RotateCcw } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '#ui/button.tsx';
import { type ApiError, send } from '#ui/fetch-json.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { CheckLine } from './check-line.tsx';
import { ConfigForm } from './config-form.tsx';
import type { FieldSchema, TemplateEntry } from './schemas.ts';
import { StartFrom } from './start-from.tsx';
import { useCheck } from './use-check.ts';
import { useDraft } from './use-draft.ts';
import { valuesOf, withField } from './yaml-text.ts';

/** The editor needs a browser to be made in. */
const YamlEditor = dynamic(async () => (await import('./yaml-editor.tsx')).YamlEditor, {
  ssr: false,
  loading: () => <Skeleton className="h-full min-h-72" />,
});

interface NewPageProps {
  template: TemplateEntry;
  templates: Pick<TemplateEntry, 'source' | 'kind'>[];
  schema: FieldSchema;
}

export function NewPage({ template, templates, schema }: NewPageProps) {
  const { kind, source } = template;
  const { text, setText, isChanged, reset } = useDraft(source, template.text);
  const { issues, summary, pending } = useCheck(kind, text);
  const { launch, launching, refusal } = useLaunch(template, text, reset);
  const values = valuesOf(text);
  return (
    <>
      <PageHeader
        title={kind === 'sweep' ? 'New sweep' : 'New experiment'}
        note="The form and the YAML are the same text. Fields that are left out have their defaults."
        actions={
          <>
            {isChanged && (
              <Button look="quiet" onClick={reset}>
                <RotateCcw aria-hidden /> Start over
              </Button>
            )}
            <Button look="primary" disabled={pending || summary === null || launching} onClick={launch}>
              <Play aria-hidden /> {launching ? 'Launching …' : 'Launch'}
            </Button>
          </>
        }
      />
      <div className="mb-4 grid items-end gap-4 sm:grid-cols-[minmax(0,20rem)_1fr]">
        <StartFrom source={source} templates={templates} />
        <CheckLine issues={issues} summary={summary} pending={pending} />
      </div>
      {refusal && (
        <div className="mb-4">
          <ErrorState title="Not launched" error={refusal} />
        </div>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="Form">
          {values === null ? (
            <p className="text-sm text-ink-soft">The YAML cannot be read yet; the form is back when it can.</p>
          ) : (
            <ConfigForm
              schema={schema}
              values={values}
              issues={issues}
              onField={(path, value) => setText(withField(text, path, value))}
            />
          )}
        </Panel>
        <Panel title="YAML" className="lg:sticky lg:top-16 lg:h-[calc(100dvh-5.5rem)] lg:[&>div]:h-[calc(100%-3rem)]">
          <YamlEditor text={text} onChange={setText} issues={issues} />
        </Panel>
      </div>
    </>
  );
}

function useLaunch({ kind }: TemplateEntry, text: string, forgetDraft: () => void) {
  const router = useRouter();
  const [launching, setLaunching] = useState(false);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const launch = async (): Promise<void> => {
    setLaunching(true);
    setRefusal(null);
    try {
      const where = kind === 'sweep' ? 'sweeps' : 'runs';
      const { id, said } = await send<{ id: string; said: string }>('POST', `/api/v1/${where}`, { yaml: text });
      forgetDraft();
      toast.success(said);
      router.push(`/${where}/${encodeURIComponent(id)}`);
    } catch (error) {
      setRefusal(error as ApiError);
      setLaunching(false);
    }
  };
  return { launch: () => void launch(), launching, refusal };
}
