const KINDS = { primary: "button button-primary", quiet: "button button-quiet" };

export const buttonClass = (kind: keyof typeof KINDS) => KINDS[kind];

/** The label, covered by a spinner while pending: the button keeps its size and its name. */
export function ButtonLabel({ isPending, children }: { isPending: boolean; children: string }) {
  return (
    <>
      <span className={isPending ? "opacity-0" : ""}>{children}</span>
      {isPending && <span aria-hidden className="spinner absolute" />}
    </>
  );
}
