"use client";

import { Icon } from "@/components/ui/icon";

export function PrintButton() {
  return (
    <button type="button" onClick={() => window.print()} className="button button-quiet print:hidden">
      <Icon name="printer" /> Print or save as PDF
    </button>
  );
}
