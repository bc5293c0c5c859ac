import { Icon } from "./icon";

export function Notice({ kind, text }: { kind: "done" | "problem"; text: string }) {
  return (
    <p role={kind === "done" ? "status" : "alert"} className={`notice notice-${kind} col-span-full`}>
      <Icon name={kind === "done" ? "check" : "warning"} className="mt-1 size-4 shrink-0" />
      <span>{text}</span>
    </p>
  );
}
