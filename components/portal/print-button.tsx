"use client";

import { Icon } from "@/components/ui/icon";

export function PrintButton({ label }: { label: string }) {
  return (
    <button type="button" onClick={() => window.print()} className="button button-quiet print:hidden">
      <Icon name="printer" /> {label}
    </button>
  );
}
