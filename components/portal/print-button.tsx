"use client";

import { buttonClass } from "@/components/ui/button";
import { PrinterIcon } from "@/components/ui/icons";

export function PrintButton() {
  return (
    <button type="button" onClick={() => window.print()} className={`${buttonClass("quiet")} print:hidden`}>
      <PrinterIcon /> Print or save as PDF
    </button>
  );
}
