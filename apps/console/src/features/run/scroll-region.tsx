/** What scrolls on its own inside a page: named, and within reach of the keyboard. */
import type { ReactNode, Ref } from 'react';

interface ScrollRegionProps {
  label: string;
  /** `log`: new lines are read out. */
  role?: 'region' | 'log';
  ref?: Ref<HTMLElement>;
  onScroll?(): void;
  className: string;
  children: ReactNode;
}

export function ScrollRegion({ label, role = 'region', className, children, ...rest }: ScrollRegionProps) {
  return (
    <section {...rest} role={role} aria-label={label} tabIndex={0} className={className}>
      {children}
    </section>
  );
}
