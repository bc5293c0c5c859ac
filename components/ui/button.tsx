const KINDS = { primary: "button button-primary", quiet: "button button-quiet" };

/** The look of a button, for buttons and for links that lead on like one. */
export const buttonClass = (kind: keyof typeof KINDS) => KINDS[kind];

/** A button's words, with a turning circle over them while it works: the button keeps its size and its name. */
export function ButtonLabel({ isPending, children }: { isPending: boolean; children: string }) {
  return (
    <>
      <span className={isPending ? "opacity-0" : ""}>{children}</span>
      {isPending && <span aria-hidden className="spinner absolute" />}
    </>
  );
}
